// Package cache keeps computed responses of one snapshot generation: each is
// computed once however many ask for it at the same time, and the least
// recently used make room when the bytes run out.
//
// A cache belongs to a generation and dies with it, which is the whole of
// invalidation: nothing of an old snapshot can be found through a new one.
package cache

import (
	"container/list"
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/encoded"
)

// entryOverhead is what an entry takes beside its key and bytes, about.
const entryOverhead = 512

// PanicError is what callers get when the computation they wait for panicked.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Compute makes the bytes of a response. Its context ends when nobody waits
// for the result any more.
type Compute func(ctx context.Context) ([]byte, error)

// Response is a computed response: its body, and the values of the headers
// that go with it, kept so that they need not be made for every request.
type Response struct {
	Body        *encoded.Body
	ETag        []string
	Version     []string
	Disposition []string // nil if the response isn't meant to be saved
}

// Stats says how full a cache is.
type Stats struct {
	Entries   int
	Bytes     int64
	Evictions uint64
}

// Cache is safe for concurrent use.
type Cache struct {
	maxBytes int64

	mu      sync.Mutex
	entries map[string]*list.Element
	recent  *list.List // of *entry, most recently used first
	flights map[string]*flight
	bytes   int64
	evicted uint64
}

type entry struct {
	key      string
	response *Response
	size     int64 // bytes accounted for
}

// flight is a computation that somebody waits for.
type flight struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int // guarded by Cache.mu
	result  *Response
	err     error
}

// New returns a cache that holds at most maxBytes. A body larger than that is
// handed out but not kept.
func New(maxBytes int64) *Cache {
	return &Cache{
		maxBytes: maxBytes,
		entries:  map[string]*list.Element{}, recent: list.New(), flights: map[string]*flight{},
	}
}

// Lookup returns the response under key if it is there.
func (c *Cache) Lookup(key []byte) (*Response, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.found(c.entries[string(key)]) // no copy of the key is made here
}

// found marks an entry as used. Called with the lock held.
func (c *Cache) found(el *list.Element) (*Response, bool) {
	if el == nil {
		return nil, false
	}
	c.recent.MoveToFront(el)
	return entryOf(el).response, true
}

// Get returns the response under key, computing it if need be. Callers that
// ask while it is being computed wait for the same result, each for as long as
// its own ctx allows. Errors are handed to everybody who waited, and not kept.
//
// begin is called, before Get waits, by the one caller that sets off the
// computation: the place to hold what the computation needs. What it returns
// beside the computation is kept with the body.
func (c *Cache) Get(ctx context.Context, key string, begin func() (Response, Compute)) (*Response, error) {
	c.mu.Lock()
	if response, ok := c.found(c.entries[key]); ok {
		c.mu.Unlock()
		return response, nil
	}
	f, joined := c.flights[key]
	if !joined {
		headers, compute := begin()
		f = c.start(ctx, key, headers, compute)
	}
	f.waiting++
	c.mu.Unlock()

	select {
	case <-f.done:
		return f.result, f.err
	case <-ctx.Done():
		c.leave(key, f)
		return nil, ctx.Err()
	}
}

// start begins a computation that outlives the caller's request if others wait
// for it too. Called with the lock held.
func (c *Cache) start(ctx context.Context, key string, headers Response, compute Compute) *flight {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f := &flight{done: make(chan struct{}), cancel: cancel}
	c.flights[key] = f
	go func() {
		defer cancel()
		plain, err := guarded(ctx, compute)
		c.finish(key, f, headers, plain, err)
	}()
	return f
}

// guarded turns a panic into an error: it would otherwise end the process from
// a goroutine that no handler can recover.
func guarded(ctx context.Context, compute Compute) (plain []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return compute(ctx)
}

func (c *Cache) finish(key string, f *flight, headers Response, plain []byte, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flights[key] == f {
		delete(c.flights, key)
	}
	if f.err = err; err == nil {
		e := &entry{key: key, response: &headers}
		headers.Body = encoded.New(plain, func(bytes int64) { c.grow(e, bytes) })
		f.result = e.response
		c.keep(e, int64(len(plain))+int64(len(key))+entryOverhead)
	}
	close(f.done)
}

// leave takes a caller off a flight; when it was the last, the work stops and
// the next caller starts afresh.
func (c *Cache) leave(key string, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.waiting--; f.waiting > 0 {
		return
	}
	f.cancel()
	if c.flights[key] == f {
		delete(c.flights, key)
	}
}

// keep puts a new entry in. Called with the lock held.
func (c *Cache) keep(e *entry, size int64) {
	if size > c.maxBytes {
		return
	}
	if _, exists := c.entries[e.key]; exists {
		return // an abandoned flight that finished after its successor
	}
	e.size = size
	c.bytes += size
	c.entries[e.key] = c.recent.PushFront(e)
	c.shrink()
}

// grow accounts for a compressed form that was made later.
func (c *Cache) grow(e *entry, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.entries[e.key]; ok && el.Value == e {
		e.size += bytes
		c.bytes += bytes
		c.shrink()
	}
}

func (c *Cache) shrink() {
	for c.bytes > c.maxBytes {
		oldest := c.recent.Back()
		e := entryOf(oldest)
		c.recent.Remove(oldest)
		delete(c.entries, e.key)
		c.bytes -= e.size
		c.evicted++
	}
}

// Stats returns the counts so far.
func (c *Cache) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{Entries: len(c.entries), Bytes: c.bytes, Evictions: c.evicted}
}

func entryOf(el *list.Element) *entry {
	e, ok := el.Value.(*entry)
	if !ok {
		panic(fmt.Sprintf("cache: a %T in the list of entries", el.Value))
	}
	return e
}
