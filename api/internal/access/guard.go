package access

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// ErrRefused says that what was shown is no token.
var ErrRefused = errors.New("no such token")

// LimitedError says that too many attempts from an address failed, and when
// the next will be looked at.
type LimitedError struct{ Wait time.Duration }

func (e *LimitedError) Error() string {
	return fmt.Sprintf("too many failed attempts; wait %s", e.Wait)
}

// Guard knows tokens and sessions when it sees them. It is safe for concurrent
// use.
type Guard struct {
	tokens   Tokens
	lifetime time.Duration
	now      func() time.Time
	failures *limiter
}

// NewGuard returns a guard whose sessions last for lifetime; now is the clock.
func NewGuard(tokens Tokens, lifetime time.Duration, now func() time.Time) *Guard {
	return &Guard{tokens: tokens, lifetime: lifetime, now: now, failures: newLimiter()}
}

// Bearer returns the name of the token that a client at address shows. The
// error is ErrRefused or, without a look at the token, a *LimitedError.
func (g *Guard) Bearer(address netip.Addr, secret string) (name string, err error) {
	t, err := g.attempt(address, secret)
	if err != nil {
		return "", err
	}
	return t.name, nil
}

// Login begins a session with a token. Errors are those of Bearer.
func (g *Guard) Login(address netip.Addr, secret string) (Session, error) {
	t, err := g.attempt(address, secret)
	if err != nil {
		return Session{}, err
	}
	return t.begin(secret, g.now().Add(g.lifetime).Truncate(time.Second)), nil
}

// Session returns whose session a cookie is. One that isn't any is not counted
// as an attempt: it is what browsers keep when a session is over, and it
// cannot be guessed.
func (g *Guard) Session(value string) (name string, ok bool) {
	return g.tokens.open(value, g.now())
}

func (g *Guard) attempt(address netip.Addr, secret string) (*token, error) {
	if wait := g.failures.wait(address, g.now()); wait > 0 {
		return nil, &LimitedError{Wait: wait}
	}
	t, ok := g.tokens.find(secret)
	if !ok {
		g.failures.fail(address, g.now())
		return nil, ErrRefused
	}
	return t, nil
}
