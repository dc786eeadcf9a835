package access

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// How many attempts may fail: a mistyped token and a script that was left
// running are forgiven, a search is not.
const (
	failuresAtOnce = 10
	failureEvery   = 30 * time.Second // after those
	maxAddresses   = 4096             // remembered; then the one that failed longest ago is forgotten
	networkBits    = 64               // of an IPv6 address: one customer's network
)

// limiter counts failed attempts by address: a bucket each, that failures
// fill and time drains.
type limiter struct {
	mu      sync.Mutex
	buckets map[netip.Prefix]*list.Element
	recent  *list.List // of *bucket, last failed first
}

type bucket struct {
	address netip.Prefix
	full    time.Time // until when failures are being drained
}

func newLimiter() *limiter {
	return &limiter{buckets: map[netip.Prefix]*list.Element{}, recent: list.New()}
}

// networkOf is the part of an address that one holder cannot change at will.
// An address that is none shares one bucket with its like.
func networkOf(address netip.Addr) netip.Prefix {
	address = address.Unmap().WithZone("")
	bits := address.BitLen()
	if address.Is6() {
		bits = networkBits
	}
	network, _ := address.Prefix(bits)
	return network
}

// wait is how long an address must wait for its next attempt; 0 if it need
// not.
func (l *limiter) wait(address netip.Addr, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.buckets) == 0 {
		return 0
	}
	b := l.bucketOf(networkOf(address))
	if b == nil {
		return 0
	}
	return max(b.full.Sub(now)-(failuresAtOnce-1)*failureEvery, 0)
}

// fail counts a failed attempt.
func (l *limiter) fail(address netip.Addr, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	network := networkOf(address)
	b := l.bucketOf(network)
	if b == nil {
		b = &bucket{address: network, full: now}
		l.buckets[network] = l.recent.PushFront(b)
		if l.recent.Len() > maxAddresses {
			l.forget(l.recent.Back())
		}
	}
	if b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(failureEvery)
	l.recent.MoveToFront(l.buckets[network])
}

// bucketOf returns the bucket of a network, nil if there is none. Called with
// the lock held.
func (l *limiter) bucketOf(network netip.Prefix) *bucket {
	if el, ok := l.buckets[network]; ok {
		if b, ok := el.Value.(*bucket); ok {
			return b
		}
	}
	return nil
}

func (l *limiter) forget(el *list.Element) {
	if b, ok := l.recent.Remove(el).(*bucket); ok {
		delete(l.buckets, b.address)
	}
}
