package run_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// contentHashes hashes each table of a file: its statement and those of its
// indexes, and of every row the rowid, and of every value type and bytes.
func contentHashes(t *testing.T, path string) map[string]string {
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
	hashes := map[string]string{}
	for name, names := range columns {
		if strings.HasPrefix(name, "sqlite_") {
			continue // statistics, of the web forms, too
		}
		h := sha256.New()
		each := func(query string, args ...any) {
			t.Helper()
			rows, err := db.QueryContext(t.Context(), query, args...)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for rows.Next() {
				var text string
				if err := rows.Scan(&text); err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(h, "%d:%s\n", len(text), text)
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
		}
		each("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE tbl_name = ? ORDER BY name", name)
		values := []string{"rowid"}
		for _, c := range names {
			q := snapshot.QuoteName(c)
			values = append(values, "typeof("+q+") || ' ' || hex(CAST("+q+" AS BLOB))")
		}
		each("SELECT concat_ws('|', " + strings.Join(values, ", ") + ") FROM " + snapshot.QuoteName(name) + " NOT INDEXED ORDER BY rowid")
		hashes[name] = hex.EncodeToString(h.Sum(nil))
	}
	return hashes
}

// TestOnce_WebformOnlyLeavesTheOtherTables: the CRM has moved on, but a run of
// the web forms alone changes not a byte of any other table.
func TestOnce_WebformOnlyLeavesTheOtherTables(t *testing.T) {
	t.Parallel()
	b := newBench(t, salesmaptest.Options{})
	b.once(t, run.Mode{})
	before := contentHashes(t, b.volume.Live())
	moved := contentHashes(t, b.volume.Live())
	for range 20 {
		b.crm.Server.Evolve()
	}
	renewed := b.once(t, run.Mode{WebformOnly: true})
	after := contentHashes(t, b.volume.Live())
	for _, name := range []string{snapshot.TableWebformHistory, snapshot.TableManifest, snapshot.TableRunInfo} {
		delete(before, name)
		delete(after, name)
	}
	if len(before) < len(snapshot.CrawlTables()) {
		t.Fatalf("compared %v only", slices.Sorted(maps.Keys(before)))
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("run %s changed other tables (-before +after):\n%s", renewed.RunTag, diff)
	}
	// The comparison sees a change when there is one.
	b.once(t, run.Mode{})
	if diff := cmp.Diff(moved[snapshot.TableDeal], contentHashes(t, b.volume.Live())[snapshot.TableDeal]); diff == "" {
		t.Error("the CRM did not move on, so nothing was tried")
	}
}
