package run_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// manifestEndpoint is where the live snapshot's table was read.
func (b *bench) manifestEndpoint(t *testing.T, table string) string {
	t.Helper()
	in, err := snapshot.Inspect(t.Context(), b.volume.Live())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(in.Manifest, func(r snapshot.ManifestRow) bool { return r.Table == table })
	return in.Manifest[i].Endpoint
}

// TestOnce_V3 takes the same snapshot over each version: every row of every
// table, in order, is v2's.
func TestOnce_V3(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{PageSize: 10})
	v2 := b.once(t, run.Mode{})
	truth := readTables(t, b.volume.Live(), snapshot.DomainTables()...)
	for _, api := range []string{"v3", "auto"} {
		b.settings.API = api
		e := b.once(t, run.Mode{})
		sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
		b.compareWithTruth(t, t.Errorf)
		if e.Requests >= v2.Requests {
			t.Errorf("%s: %d requests, %d over v2", api, e.Requests, v2.Requests)
		}
		if got := b.manifestEndpoint(t, snapshot.TableDeal); got != "/v3/object/list" {
			t.Errorf("%s: deals were read at %s", api, got)
		}
		if got := b.manifestEndpoint(t, snapshot.TableMemo); got != "/memo" {
			t.Errorf("%s: memos were read at %s", api, got)
		}
		t.Logf("%s: %d requests, %d over v2", api, e.Requests, v2.Requests)
	}
}

func TestOnce_V3NotThere(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{PageSize: 10, DisableV3: true})
	b.once(t, run.Mode{})
	truth := readTables(t, b.volume.Live(), snapshot.DomainTables()...)
	b.settings.API = "v3"
	if e := b.once(t, run.Mode{}); e.Status != runhistory.StatusPublished {
		t.Errorf("entry %+v", e)
	}
	sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
	if got := b.manifestEndpoint(t, snapshot.TableDeal); got != "/deal" {
		t.Errorf("deals were read at %s", got)
	}
	if !strings.Contains(b.stderr.String(), "the table is read over v2") {
		t.Error("nobody is told")
	}
}

// TestOnce_ResumesAcrossVersions stops a run over one version and goes on over
// another; the checkpoint says which of them gave its cursors.
func TestOnce_ResumesAcrossVersions(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{PageSize: 10})
	b.once(t, run.Mode{})
	truth := readTables(t, b.volume.Live(), snapshot.DomainTables()...)
	for _, modes := range [][2]string{{"v2", "v3"}, {"v3", "v2"}, {"v3", "auto"}, {"auto", "v2"}} {
		b.settings.API = modes[0]
		ctx, cancel := context.WithCancelCause(t.Context())
		e, err := b.runner(func(r *run.Runner) {
			r.V3Records = 15
			r.Observer = &stopAt{n: 16, cancel: func() { cancel(errSignal) }}
		}).Once(ctx, run.Mode{})
		if !errors.Is(err, run.ErrInterrupted) {
			t.Fatalf("%v: %v", modes, err)
		}
		raw, err := os.ReadFile(b.settings.CheckpointDir + "/checkpoint_" + e.RunTag + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(strings.ReplaceAll(string(raw), " ", ""), `"api":"v3"`); has != (modes[0] != "v2") {
			t.Errorf("%v: the checkpoint says\n%s", modes, raw)
		}
		b.settings.API = modes[1]
		resumed := b.once(t, run.Mode{ResumeRunTag: e.RunTag}, func(r *run.Runner) { r.V3Records = 15 })
		if resumed.ResumedFrom != e.RunTag {
			t.Errorf("%v: resumed %+v", modes, resumed)
		}
		sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
	}
}
