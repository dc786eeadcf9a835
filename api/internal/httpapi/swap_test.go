package httpapi_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
)

// swapLoad is requests against a service whose snapshot is swapped meanwhile.
type swapLoad struct {
	clients  int
	swaps    int
	requests int64         // at least so many, over all
	pause    time.Duration // between the requests of one client
	keep     int           // snapshots that aren't pruned; 0 keeps all
}

// questions are requests whose answers hold rows of the served generation.
func questions() []string {
	all := []string{"/api/sizes", "/api/orgs", "/api/orgs?limit=3&offset=2", "/api/orgs?search=%EC%98%88%EC%8B%9C", "/api/snapshot"}
	for org := 1; org <= 4; org++ {
		o := snapshottest.OrganizationID(org)
		all = append(all, "/api/orgs/"+o, "/api/orgs/"+o+"/people", "/api/orgs/"+o+"/memos",
			"/api/people/"+snapshottest.PersonID(org, 1)+"/deals",
			"/api/people/"+snapshottest.PersonID(org, 1)+"/memos",
			"/api/deals/"+snapshottest.DealID(org, 1)+"/memos")
	}
	return all
}

var (
	marks   = regexp.MustCompile(`\[gen(\d+)\]`)
	amounts = regexp.MustCompile(`"amount":(\d+)`)
	runTag  = regexp.MustCompile(`"run_tag":"20261122_0*(\d+)"`)
)

// generationOf returns the one generation that a response's rows and headers
// belong to.
func generationOf(r reply) (int, error) {
	n, ok := strings.CutPrefix(r.Header.Get("X-Snapshot-Version"), "db_mtime:")
	at, err := strconv.ParseInt(n, 10, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("X-Snapshot-Version %q", r.Header.Get("X-Snapshot-Version"))
	}
	want := int(at - time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC).Unix()) // snapshottest.Volume.Stamp
	found := 0
	for _, re := range []*regexp.Regexp{marks, amounts, runTag} {
		for _, m := range re.FindAllStringSubmatch(r.Body, -1) {
			if m[1] != strconv.Itoa(want) {
				return 0, fmt.Errorf("row of generation %s in a response of %d: %.300s", m[1], want, r.Body)
			}
			found++
		}
	}
	if found == 0 {
		return 0, fmt.Errorf("no row to tell the generation by: %.300s", r.Body)
	}
	return want, nil
}

// TestSwap_UnderLoad is the promise of issue and spec: however often the
// snapshot is swapped, nobody gets an error or a response of two generations.
func TestSwap_UnderLoad(t *testing.T) {
	t.Parallel()
	runSwaps(t, swapLoad{clients: 8, swaps: 50, requests: 3000, pause: 2 * time.Millisecond, keep: 3})
}

func runSwaps(t *testing.T, load swapLoad) *service {
	t.Helper()
	v := snapshottest.NewVolume(t)
	v.Publish(v.Add(snapshottest.Small(1)))
	s := start(t, v.Live(), settings{}).ready()

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wait sync.WaitGroup
	var sent, revalidated atomic.Int64
	seen := make([]map[int]bool, load.clients)
	for c := range load.clients {
		seen[c] = map[int]bool{}
		wait.Go(func() {
			client := &loadClient{service: s, tags: map[string]string{}, replies: map[string]reply{}}
			pause := time.NewTicker(max(load.pause, time.Nanosecond))
			defer pause.Stop()
			for n := c; ctx.Err() == nil; n++ {
				generation, fresh, err := client.ask(questions()[n/2%len(questions())]) // each twice in a row
				if err != nil {
					t.Errorf("client %d: %v", c, err)
					return
				}
				sent.Add(1)
				if !fresh {
					revalidated.Add(1)
				}
				seen[c][generation] = true
				if load.pause > 0 {
					<-pause.C
				}
			}
		})
	}
	began := time.Now()
	var files []string
	for n := 2; n <= load.swaps+1; n++ {
		path := v.Add(snapshottest.Small(n))
		v.Publish(path)
		testkit.Poll(t, 60*time.Second, fmt.Sprintf("swap %d", n), func() bool {
			return s.Watcher.Status().Swaps >= uint64(n)
		})
		if files = append(files, path); load.keep > 0 && len(files) > load.keep { // retention takes files that are still open
			if err := os.Remove(files[0]); err != nil {
				t.Error(err)
			}
			files = files[1:]
		}
	}
	testkit.Poll(t, 120*time.Second, "enough requests", func() bool { return sent.Load() >= load.requests || t.Failed() })
	took := time.Since(began)
	stop()
	wait.Wait()
	all := map[int]bool{}
	for _, m := range seen {
		for g := range m {
			all[g] = true
		}
	}
	t.Logf("%d requests (%d revalidated) over %d swaps in %s: %.0f requests/s, %d generations seen",
		sent.Load(), revalidated.Load(), load.swaps, took.Round(time.Millisecond), float64(sent.Load())/took.Seconds(), len(all))
	if len(all) < load.swaps/2 {
		t.Errorf("clients saw %d of %d generations: the load did not meet the swaps", len(all), load.swaps+1)
	}
	if revalidated.Load() == 0 {
		t.Error("nothing was revalidated")
	}
	if open := s.Watcher.Status().Open; open != 1 {
		t.Errorf("%d generations are open after the load", open)
	}
	return s
}

// loadClient behaves like a browser: it keeps responses and revalidates them.
type loadClient struct {
	service *service
	tags    map[string]string
	replies map[string]reply
}

// ask sends one request and checks that the answer is whole; fresh is false
// when the copy kept from before still holds.
func (c *loadClient) ask(path string) (generation int, fresh bool, err error) {
	req, err := http.NewRequest(http.MethodGet, c.service.URL+path, http.NoBody)
	if err != nil {
		return 0, false, err
	}
	if tag := c.tags[path]; tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	resp, err := noRedirects.Do(req)
	if err != nil {
		return 0, false, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, false, err
	}
	r := reply{Status: resp.StatusCode, Header: resp.Header, Body: string(body)}
	switch r.Status {
	case http.StatusOK:
		c.tags[path], c.replies[path] = r.Header.Get("Etag"), r
		generation, err := generationOf(r)
		if err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
		return generation, true, err
	case http.StatusNotModified:
		kept := c.replies[path]
		if kept.Header.Get("X-Snapshot-Version") != r.Header.Get("X-Snapshot-Version") {
			return 0, false, fmt.Errorf("%s: 304 of %s for a copy of %s", path,
				r.Header.Get("X-Snapshot-Version"), kept.Header.Get("X-Snapshot-Version"))
		}
		generation, err := generationOf(kept)
		return generation, false, err
	default:
		return 0, false, fmt.Errorf("%s: status %d: %.200s", path, r.Status, r.Body)
	}
}

// TestSwap_PlainRename is the way of start.sh and `worker fetch`: no link, one
// name over which new files are renamed.
func TestSwap_PlainRename(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	if err := os.Rename(v.Add(snapshottest.Small(1)), v.Live()); err != nil {
		t.Fatal(err)
	}
	s := start(t, v.Live(), settings{}).ready()
	for n := 2; n <= 10; n++ {
		if err := os.Rename(v.Add(snapshottest.Small(n)), v.Live()); err != nil {
			t.Fatal(err)
		}
		testkit.Poll(t, 20*time.Second, "the swap", func() bool {
			generation, err := generationOf(s.get("/api/orgs"))
			if err != nil {
				t.Fatal(err)
			}
			return generation == n
		})
	}
}

// TestSwap_Back is a rollback: an older file is published again.
func TestSwap_Back(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	older, newer := v.Add(snapshottest.Small(1)), v.Add(snapshottest.Small(2))
	s := start(t, v.Live(), settings{})
	for _, step := range []struct {
		path string
		want int
	}{{newer, 2}, {older, 1}, {newer, 2}} {
		v.Publish(step.path)
		testkit.Poll(t, 20*time.Second, "the swap", func() bool {
			r := s.get("/api/sizes")
			if r.Status != 200 {
				return false
			}
			generation, err := generationOf(r)
			return err == nil && generation == step.want
		})
	}
}

// TestSwap_InPlace overwrites the open file, which nobody should do: what is in
// memory stays right, and what would have to be read is refused, not mixed.
func TestSwap_InPlace(t *testing.T) {
	t.Parallel()
	v := snapshottest.NewVolume(t)
	path := v.Add(snapshottest.Small(1))
	v.Publish(path)
	s := start(t, v.Live(), settings{noWatch: true})
	s.Watcher.Check(t.Context())
	next, err := os.ReadFile(v.Add(snapshottest.Small(2)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, next, 0o600); err != nil {
		t.Fatal(err)
	}
	v.Stamp(path)
	for _, question := range questions() {
		r := s.get(question)
		switch {
		case r.Status == 200:
			if generation, err := generationOf(r); err != nil || generation != 1 {
				t.Errorf("%s: generation %d, %v", question, generation, err)
			}
		case strings.Contains(question, "/memos"):
			wantProblem(t, r, 503, "overloaded", "")
		default:
			t.Errorf("%s: %d %s", question, r.Status, r.Body)
		}
	}
	s.Watcher.Check(t.Context())
	for _, question := range questions() {
		if generation, err := generationOf(s.get(question)); err != nil || generation != 2 {
			t.Errorf("%s: generation %d, %v", question, generation, err)
		}
	}
	if !slices.ContainsFunc(questions(), func(q string) bool { return strings.Contains(q, "/memos") }) {
		t.Error("no question about memos")
	}
}
