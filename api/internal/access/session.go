package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

const (
	// sessionUse is bound into keys and sessions, so that neither is any good
	// for another purpose or a later format.
	sessionUse = "salesmap-mirror session v1"

	// nameEnd stands between name and seal; it is in neither.
	nameEnd = "~"

	// maxSession is longer than any session of a token that New drew, in bytes.
	maxSession = 2048

	expiryBytes = 8
)

// Session is permission to read for a while.
type Session struct {
	Name    string // of the token that began it
	Value   string // of the cookie
	Expires time.Time
}

// sealOf makes the cipher for the sessions of a token.
func sealOf(hash [sha256.Size]byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, hash[:], nil, sessionUse, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("derive session key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("derive session key: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("derive session key: %w", err)
	}
	return seal, nil
}

// begin makes a session of a token.
func (t *token) begin(secret string, expires time.Time) Session {
	plain := binary.BigEndian.AppendUint64(nil, uint64(expires.Unix())) //nolint:gosec // no date before 1970
	plain = append(plain, secret...)
	sealed := t.seal.Seal(nil, nil, plain, []byte(sessionUse+t.name)) //nolint:gosec // nil: the cipher draws a nonce each time
	return Session{Name: t.name, Value: t.name + nameEnd + base64.RawURLEncoding.EncodeToString(sealed), Expires: expires}
}

// open returns whose session a cookie is. It is one only if its seal is whole,
// its time isn't over, and what is in it is the token itself: whoever knows
// the hashes alone can seal, but has nothing to put in.
func (t Tokens) open(value string, now time.Time) (name string, ok bool) {
	if len(value) > maxSession {
		return "", false
	}
	name, text, _ := strings.Cut(value, nameEnd)
	holder, ok := t.named(name)
	if !ok {
		return "", false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return "", false
	}
	plain, err := holder.seal.Open(nil, nil, sealed, []byte(sessionUse+holder.name))
	if err != nil || len(plain) < expiryBytes {
		return "", false
	}
	if now.Unix() >= int64(binary.BigEndian.Uint64(plain)) { //nolint:gosec // sealed by us
		return "", false
	}
	hash := sha256.Sum256(plain[expiryBytes:])
	return holder.name, subtle.ConstantTimeCompare(hash[:], holder.hash[:]) == 1
}
