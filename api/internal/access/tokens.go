// Package access decides who may read: who has one of the tokens that the
// operator configured, or a session that such a token began (spec 10
// "Access").
//
// Nothing is kept on the server. Tokens are known by their hashes only, and a
// session is its token, sealed with an expiry under a key made of that hash.
// So every process with the same API_TOKENS opens the same sessions, also
// after a restart; taking a token out ends its sessions; who steals the
// configuration has no token and can make no session; and who steals a cookie
// has it for as long as it lives.
package access

import (
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// tokenPrefix lets people and secret scanners recognise a token.
const tokenPrefix = "smm_"

// tokenBytes is what a token is drawn from: far beyond guessing, which is why
// a plain hash of it is enough.
const tokenBytes = 32

var (
	// ErrTokens is what errors.Is finds in the error of a malformed API_TOKENS.
	ErrTokens = errors.New("malformed list of tokens")

	// ErrName says that a token cannot be called that.
	ErrName = errors.New("a name is 1 to 64 of A-Z a-z 0-9 . _ -")

	namePattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
)

// Tokens are those that may read. The zero value has none.
type Tokens struct{ list []token }

// token is one of them, known by its hash.
type token struct {
	name string
	hash [sha256.Size]byte
	seal cipher.AEAD // of its sessions
}

// ParseTokens reads API_TOKENS: `name:sha256hex` with commas between. It is
// strict, since a list that is half understood would lock people out, or in.
// Errors name entries by their place: what somebody typed there by mistake may
// be the token itself.
func ParseTokens(text string) (Tokens, error) {
	var all Tokens
	if text == "" {
		return all, nil
	}
	names := map[string]bool{}
	hashes := map[[sha256.Size]byte]bool{sha256.Sum256(nil): true} // that of no token at all
	var problems []error
	place := 0
	for entry := range strings.SplitSeq(text, ",") {
		place++
		bad := func(what string) { problems = append(problems, fmt.Errorf("%w: entry %d %s", ErrTokens, place, what)) }
		name, digits, found := strings.Cut(strings.TrimSpace(entry), ":")
		hash, err := hex.DecodeString(digits)
		switch {
		case !found:
			bad("is not name:sha256hex")
		case !namePattern.MatchString(name):
			bad("has no proper name: " + ErrName.Error())
		case err != nil || len(hash) != sha256.Size:
			bad("has no SHA-256 of 64 hex digits after the colon")
		case names[name]:
			bad("has the name of another")
		case hashes[[sha256.Size]byte(hash)]:
			bad("has the hash of another, or of no token")
		default:
			names[name], hashes[[sha256.Size]byte(hash)] = true, true
			t := token{name: name, hash: [sha256.Size]byte(hash)}
			if t.seal, err = sealOf(t.hash); err != nil {
				return Tokens{}, err
			}
			all.list = append(all.list, t)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return Tokens{}, err
	}
	return all, nil
}

// Len is how many there are.
func (t Tokens) Len() int { return len(t.list) }

// find returns the token that a secret is, in a time that doesn't depend on
// which one or how nearly.
func (t Tokens) find(secret string) (*token, bool) {
	hash := sha256.Sum256([]byte(secret))
	found := -1
	for i := range t.list {
		same := subtle.ConstantTimeCompare(hash[:], t.list[i].hash[:])
		found = subtle.ConstantTimeSelect(same, i, found)
	}
	if found < 0 {
		return nil, false
	}
	return &t.list[found], true
}

// named returns the token of a name; names are no secret.
func (t Tokens) named(name string) (*token, bool) {
	for i := range t.list {
		if t.list[i].name == name {
			return &t.list[i], true
		}
	}
	return nil, false
}

// New draws a token. secret is for its holder and is kept nowhere; entry is
// what goes into API_TOKENS.
func New(name string) (secret, entry string, err error) {
	if !namePattern.MatchString(name) {
		return "", "", ErrName
	}
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(raw)
	hash := sha256.Sum256([]byte(secret))
	return secret, name + ":" + hex.EncodeToString(hash[:]), nil
}
