package run_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// TestOnce_HostileAPI runs against random mixes of faults. See hostile; the
// slow tests try many more seeds.
func TestOnce_HostileAPI(t *testing.T) {
	t.Parallel()
	hostileSeeds(t, "v2", 0, 16)
}

// TestOnce_HostileAPIOverV3 is the same over the other versions.
func TestOnce_HostileAPIOverV3(t *testing.T) {
	t.Parallel()
	hostileSeeds(t, "v3", 0, 8)
	hostileSeeds(t, "auto", 8, 16)
}

func hostileSeeds(t *testing.T, api string, from, to uint64) {
	t.Helper()
	outcomes := map[string]int{}
	for seed := from; seed < to; seed++ {
		outcomes[hostile(t, api, seed)]++
	}
	t.Logf("%s, %d seeds: %v", api, to-from, outcomes)
}

// hostile runs under the faults of a seed. The run ends either with a snapshot
// that equals the CRM's truth row by row, or with the old snapshot live, an
// error, and the reason in the history.
func hostile(t *testing.T, api string, seed uint64) string {
	t.Helper()
	ws, err := sandboxdata.New(sandboxdata.Config{Seed: seed, Organizations: 8, Now: time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, salesmaptest.Options{Source: salesmaptest.Generated(ws), PageSize: 7})
	b.settings.MaxRetries = 5 // two more than the rules need, for a machine that stumbles
	b.settings.CallTimeout = 700 * time.Millisecond
	b.settings.API = api
	b.settings.MaxShrink = 1 // faults reshape the records that the first run saw
	first := b.once(t, run.Mode{})
	faults := b.crm.Server.RandomFaults(seed, 12)
	for i := range faults {
		faults[i].Wait /= 20 // shorter waits for the same thing
		if faults[i].RetryAfter != "" {
			faults[i].RetryAfter = "0"
		}
	}
	b.setFaults(t, faults...)
	expected, why := b.crm.Server.Outcome(b.settings.MaxRetries)
	e, err := b.runner(func(r *run.Runner) { r.V3Records = 17 }).Once(t.Context(), run.Mode{})
	live := b.liveTag(t)
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s, seed %d (%s: %s): %s\nfaults %+v", api, seed, expected, why, fmt.Sprintf(format, args...), faults)
	}
	history := b.history(t)
	if last := history[len(history)-1]; last.RunTag != e.RunTag || last.Status != e.Status || len(history) != 2 {
		fail("history ends with %s %s, the run was %s %s", last.RunTag, last.Status, e.RunTag, e.Status)
	}
	if err != nil {
		if live != first.RunTag || e.Error == "" || e.Status != runhistory.StatusFailed {
			fail("failed with %v, live is %s, entry %+v", err, live, e)
		}
		if expected == salesmaptest.TruthReachable {
			fail("did not publish: %v", err)
		}
		return "not published"
	}
	if live != e.RunTag {
		fail("published, but live is %s", live)
	}
	if expected == salesmaptest.MustFail && api == "v2" { // v3 has fewer pages: the fatal one may not be asked for
		fail("published %s", e.Status)
	}
	b.compareWithTruth(t, fail)
	return "published as the truth"
}

// compareWithTruth compares the live snapshot's crawl tables with what a
// perfect crawl must store.
func (b *bench) compareWithTruth(t *testing.T, fail func(string, ...any)) {
	t.Helper()
	tables := readTables(t, b.volume.Live(), snapshot.CrawlTables()...)
	for _, name := range snapshot.CrawlTables() {
		want := truthRows(t, tables[name].Columns, b.crm.Server.Truth(name))
		got := tables[name].Rows
		if len(want) != len(got) {
			fail("%s has %d rows, the truth %d", name, len(got), len(want))
			continue
		}
		for i := range want {
			if want[i] != got[i] {
				fail("%s row %d:\n got %q\nwant %q", name, i+1, got[i], want[i])
				break
			}
		}
	}
}

// truthRows writes records as readTables does. Columns that were renamed
// because their name differs from another's in case only carry a suffix.
func truthRows(t *testing.T, columns []string, records iter.Seq[[]byte]) []string {
	t.Helper()
	var rows []string
	for raw := range records {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		values := make([]string, len(columns))
		for i, c := range columns {
			value, ok := fields[c]
			if !ok {
				value = fields[strings.TrimSuffix(c, " (2)")]
			}
			values[i] = stored(t, value)
		}
		rows = append(rows, strings.Join(values, "\x1f"))
	}
	return rows
}

// stored is the text that spec 08 "Rows" wants for a JSON value; NULL is a NUL.
func stored(t *testing.T, value json.RawMessage) string {
	t.Helper()
	switch {
	case len(value) == 0, string(value) == "null":
		return "\x00"
	case string(value) == "true":
		return "1"
	case string(value) == "false":
		return "0"
	case value[0] == '"':
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			t.Fatal(err)
		}
		return text
	default:
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			t.Fatal(err)
		}
		return compact.String()
	}
}
