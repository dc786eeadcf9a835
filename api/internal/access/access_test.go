package access_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/access"
)

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func tokensOf(tb testing.TB, text string) access.Tokens {
	tb.Helper()
	tokens, err := access.ParseTokens(text)
	if err != nil {
		tb.Fatal(err)
	}
	return tokens
}

var here = netip.MustParseAddr("192.0.2.7")

func TestParseTokens(t *testing.T) {
	t.Parallel()
	a, b := hashOf("one"), hashOf("two")
	for _, tc := range []struct {
		text string
		n    int
		want string // in the error
	}{
		{"", 0, ""},
		{"a:" + a, 1, ""},
		{" a:" + a + " , b:" + strings.ToUpper(b), 2, ""},
		{"a.b_C-9:" + a, 1, ""},
		{" ", 0, "entry 1"},
		{",", 0, "entry 2"},
		{"a:" + a + ",", 0, "entry 2"},
		{"geheim-canary", 0, "entry 1 is not name:sha256hex"},
		{a, 0, "entry 1 is not"},
		{"a:geheim-canary", 0, "64 hex digits"},
		{"a:" + a[1:], 0, "64 hex digits"},
		{"a:" + a + "00", 0, "64 hex digits"},
		{"a: " + a, 0, "64 hex digits"},
		{":" + a, 0, "proper name"},
		{"a b:" + a, 0, "proper name"},
		{"김:" + a, 0, "proper name"},
		{strings.Repeat("n", 65) + ":" + a, 0, "proper name"},
		{"a:" + a + ",a:" + b, 0, "entry 2 has the name of another"},
		{"a:" + a + ",b:" + a, 0, "entry 2 has the hash of another"},
		{"a:" + hashOf(""), 0, "of no token"},
	} {
		tokens, err := access.ParseTokens(tc.text)
		if tc.want == "" {
			if err != nil || tokens.Len() != tc.n {
				t.Errorf("%q: %d tokens, %v", tc.text, tokens.Len(), err)
			}
			continue
		}
		if !errors.Is(err, access.ErrTokens) || !strings.Contains(err.Error(), tc.want) || tokens.Len() != 0 {
			t.Errorf("%q: %d tokens, %v, want %q", tc.text, tokens.Len(), err, tc.want)
		}
		if strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), a) {
			t.Errorf("%q: the error shows what was typed: %v", tc.text, err)
		}
	}
	if _, err := access.ParseTokens("x,y"); !strings.Contains(err.Error(), "entry 1") || !strings.Contains(err.Error(), "entry 2") {
		t.Errorf("not all at once: %v", err)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	secret, entry, err := access.New("report")
	if err != nil || !strings.HasPrefix(secret, "smm_") || len(secret) < 40 || entry != "report:"+hashOf(secret) {
		t.Errorf("%q, %q, %v", secret, entry, err)
	}
	if other, _, _ := access.New("report"); other == secret {
		t.Error("the same token twice")
	}
	if _, _, err := access.New("with space"); !errors.Is(err, access.ErrName) {
		t.Errorf("%v", err)
	}
	g := access.NewGuard(tokensOf(t, entry), time.Hour, time.Now)
	if name, err := g.Bearer(here, secret); err != nil || name != "report" {
		t.Errorf("%q, %v", name, err)
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	g := access.NewGuard(tokensOf(t, "a:"+hashOf("one")+",b:"+hashOf("two")), time.Hour, time.Now)
	for secret, want := range map[string]string{"one": "a", "two": "b", "": "", "three": "", hashOf("one"): "", "one ": ""} {
		name, err := g.Bearer(here, secret)
		if name != want || (want == "") != errors.Is(err, access.ErrRefused) {
			t.Errorf("%q: %q, %v", secret, name, err)
		}
	}
}

// TestSession: whoever has the same list opens it, until its time is over.
func TestSession(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	list := "a:" + hashOf("one") + ",b:" + hashOf("two")
	s, err := access.NewGuard(tokensOf(t, list), time.Hour, clock).Login(here, "one")
	if err != nil || s.Name != "a" || !s.Expires.Equal(now.Add(time.Hour)) || strings.Contains(s.Value, "one") {
		t.Fatalf("%+v, %v", s, err)
	}
	ok := func(list, value string) bool {
		name, ok := access.NewGuard(tokensOf(t, list), time.Hour, clock).Session(value)
		return ok && name == "a"
	}
	if !ok(list, s.Value) || !ok("c:"+hashOf("three")+",a:"+hashOf("one"), s.Value) {
		t.Error("another process with the token doesn't know the session")
	}
	for what, list := range map[string]string{"gone": "b:" + hashOf("two"), "another secret": "a:" + hashOf("new"), "renamed": "z:" + hashOf("one")} {
		if ok(list, s.Value) {
			t.Errorf("the session outlived its token (%s)", what)
		}
	}
	for i := range s.Value {
		changed := []byte(s.Value)
		changed[i] ^= 1
		if i != len(s.Value)-1 && ok(list, string(changed)) { // the last character has bits that mean nothing
			t.Errorf("byte %d doesn't matter", i)
		}
	}
	for _, odd := range []string{"", "a", "a~", "~", "b" + s.Value[1:], s.Value + "AA", s.Value[:len(s.Value)-4], strings.Repeat("a", 100_000)} {
		if ok(list, odd) {
			t.Errorf("%.50q is a session", odd)
		}
	}
	now = now.Add(time.Hour - time.Second)
	if !ok(list, s.Value) {
		t.Error("over too early")
	}
	now = now.Add(time.Second)
	if ok(list, s.Value) {
		t.Error("never over")
	}
}

func TestSession_AllDiffer(t *testing.T) {
	t.Parallel()
	g := access.NewGuard(tokensOf(t, "a:"+hashOf("one")), time.Hour, time.Now)
	first, err := g.Login(here, "one")
	if err != nil {
		t.Fatal(err)
	}
	second, err := g.Login(here, "one")
	if err != nil || first.Value == second.Value {
		t.Errorf("the same cookie twice, %v", err)
	}
}

// TestSession_Forged: the hashes alone are no way in.
func TestSession_Forged(t *testing.T) {
	t.Parallel()
	tokens := tokensOf(t, "a:"+hashOf("one"))
	g := access.NewGuard(tokens, time.Hour, time.Now)
	for secret, want := range map[string]bool{"one": true, hashOf("one"): false, "": false} {
		if _, ok := g.Session(access.ForgeForTest(tokens, secret, time.Now().Add(time.Hour))); ok != want {
			t.Errorf("sealed %q: %t", secret, ok)
		}
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	g := access.NewGuard(tokensOf(t, "a:"+hashOf("one")), time.Hour, func() time.Time { return now })
	limited := func(address, secret string) time.Duration {
		_, err := g.Bearer(netip.MustParseAddr(address), secret)
		if l, ok := errors.AsType[*access.LimitedError](err); ok {
			return l.Wait
		}
		return 0
	}
	for range 5 { // success costs nothing
		for n := range 9 {
			if limited("192.0.2.1", "one") > 0 || limited("192.0.2.1", "wrong") > 0 {
				t.Fatalf("limited after %d failures", n)
			}
		}
		now = now.Add(time.Hour)
	}
	for range 10 {
		limited("192.0.2.1", "wrong")
	}
	if wait := limited("192.0.2.1", "one"); wait != 30*time.Second {
		t.Errorf("after ten failures: wait %s", wait)
	}
	if limited("192.0.2.1", "wrong") != 30*time.Second {
		t.Error("an attempt that was not looked at counted")
	}
	if s, err := g.Login(netip.MustParseAddr("::ffff:192.0.2.1"), "one"); err == nil {
		t.Errorf("the same address in IPv6: %+v", s)
	}
	if limited("192.0.2.2", "one") != 0 {
		t.Error("another address is limited")
	}
	now = now.Add(30 * time.Second)
	if limited("192.0.2.1", "wrong") != 0 || limited("192.0.2.1", "one") == 0 {
		t.Error("not one attempt each half minute")
	}
	now = now.Add(time.Hour)
	if limited("192.0.2.1", "one") != 0 {
		t.Error("never forgiven")
	}
	for range 10 {
		limited("2001:db8:1:1::1", "wrong")
	}
	if limited("2001:db8:1:1:ffff::9", "one") == 0 || limited("2001:db8:1:2::1", "one") != 0 {
		t.Error("an IPv6 customer is not one network of 64 bits")
	}
}

// TestLimit_Bounded: however many addresses fail, memory doesn't grow, and
// those that failed last are remembered.
func TestLimit_Bounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	g := access.NewGuard(tokensOf(t, "a:"+hashOf("one")), time.Hour, func() time.Time { return now })
	address := netip.MustParseAddr("10.0.0.0")
	for range 20_000 {
		address = address.Next()
		if _, err := g.Bearer(address, "wrong"); !errors.Is(err, access.ErrRefused) {
			t.Fatal(err)
		}
	}
	if n := access.AddressesForTest(g); n != 4096 {
		t.Errorf("%d addresses remembered", n)
	}
	for range 9 {
		_, _ = g.Bearer(address, "wrong")
	}
	var l *access.LimitedError
	if _, err := g.Bearer(address, "one"); !errors.As(err, &l) {
		t.Errorf("the last address was forgotten: %v", err)
	}
	if _, err := g.Bearer(netip.Addr{}, "wrong"); !errors.Is(err, access.ErrRefused) { // no address at all
		t.Error(err)
	}
}

func FuzzSession(f *testing.F) {
	g := access.NewGuard(tokensOf(f, "a:"+hashOf("one")), time.Hour, time.Now)
	s, err := g.Login(here, "one")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s.Value)
	f.Add("a~")
	f.Add("~~~")
	f.Fuzz(func(t *testing.T, value string) {
		if name, ok := g.Session(value); ok && (value[:len(value)-1] != s.Value[:len(s.Value)-1] || name != "a") {
			t.Errorf("%q is a session of %q", value, name)
		}
	})
}

func FuzzParseTokens(f *testing.F) {
	f.Add("a:" + hashOf("one"))
	f.Add("a:b,c:d")
	f.Fuzz(func(t *testing.T, text string) {
		tokens, err := access.ParseTokens(text)
		if err == nil && text != "" && tokens.Len() != strings.Count(text, ",")+1 {
			t.Errorf("%q: %d tokens", text, tokens.Len())
		}
	})
}

func BenchmarkSession(b *testing.B) {
	g := access.NewGuard(tokensOf(b, "a:"+hashOf("one")+",b:"+hashOf("two")), time.Hour, time.Now)
	s, err := g.Login(here, "two")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, ok := g.Session(s.Value); !ok {
			b.Fatal("no session")
		}
	}
}
