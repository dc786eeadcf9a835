//go:build slow

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// TestSlow_KillAndResume kills the program with SIGKILL at random points of a
// crawl, several times in a row, and lets the last attempt end: the snapshot
// has the rows of an undisturbed run.
func TestSlow_KillAndResume(t *testing.T) {
	t.Parallel()
	crm := salesmaptest.Options{PageSize: 4, Latency: 5 * time.Millisecond}
	whole := newVolume(t, crm)
	if r := call(t.Context(), whole.args("run-once")...); r.status != exitOK {
		t.Fatalf("undisturbed run: %+v", r)
	}
	want := dump(t, whole.snap.Live())
	requests := whole.crm.Server.Stats().Requests

	var kills, resumed atomic.Int32
	t.Cleanup(func() {
		if kills.Load() < 20 {
			t.Errorf("%d kills only", kills.Load())
		}
		t.Logf("killed %d times, %d resumes went on with stored pages; %d requests in an undisturbed run", kills.Load(), resumed.Load(), requests)
	})
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			v := newVolume(t, crm)
			args := v.args("run-once", "--resume", "--progress", "none", "--checkpoint-interval", "2")
			for range 4 {
				p := start(t, args...)
				v.requests(t, v.crm.Server.Stats().Requests+1+r.IntN(requests/4))
				<-time.After(time.Duration(r.IntN(20)) * time.Millisecond) // anywhere between two requests, not at a moment we know
				if err := p.Process.Signal(syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
				if p.wait() == -1 {
					kills.Add(1)
				}
				if strings.Contains(p.stderr.String(), `"resumed":true`) {
					resumed.Add(1)
				}
			}
			p := start(t, args...)
			if got := p.wait(); got != exitOK {
				t.Fatalf("last attempt: status %d\n%s", got, p.stderr.String())
			}
			got := dump(t, v.snap.Live())
			for table := range want {
				if want[table] != got[table] {
					t.Errorf("%s differs from the undisturbed run", table)
				}
			}
			if left := v.files(t, "snapshots"); len(left) != 1 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// dump returns each domain table's columns and rows as one text.
func dump(t *testing.T, path string) map[string]string {
	t.Helper()
	db, err := snapshot.Open(t.Context(), path, snapshot.OpenOptions{Conns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	columns, err := snapshot.Tables(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, table := range snapshot.DomainTables() {
		query, err := snapshot.SelectInOrder(table, columns[table], "")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%q\n", columns[table])
		values, dests := make([]*string, len(columns[table])), make([]any, len(columns[table]))
		for i := range values {
			dests[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(dests...); err != nil {
				t.Fatal(err)
			}
			for _, value := range values {
				if value == nil {
					b.WriteString("NULL|")
				} else {
					fmt.Fprintf(&b, "%q|", *value)
				}
			}
			b.WriteByte('\n')
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		all[table] = b.String()
	}
	return all
}

// files lists a folder of the volume.
func (v *volume) files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(v.dir, dir))
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}
