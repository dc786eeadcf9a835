package run_test

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/run"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// TestOnce_EachPageFails refuses exactly one page of a run, each in turn: the
// old snapshot stays live, the reason is in the history, and the resumed run
// ends in the rows of an undisturbed one.
func TestOnce_EachPageFails(t *testing.T) {
	t.Parallel()
	source, err := salesmaptest.Folder(os.DirFS(writeEntities(t, 40)))
	if err != nil {
		t.Fatal(err)
	}
	crm := salesmaptest.Options{Source: source, PageSize: 5}
	whole := newBench(t, crm)
	whole.once(t, run.Mode{})
	truth := readTables(t, whole.volume.Live(), snapshot.DomainTables()...)
	points := 0
	for _, r := range whole.crm.Server.Requests() {
		if strings.HasPrefix(r.List, "webForm/") {
			continue // a form that fails keeps its rows and stops nothing
		}
		points++
		t.Run(r.List+" "+strconv.Itoa(r.Page), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, crm)
			good := b.once(t, run.Mode{})
			b.setFaults(t, salesmaptest.Fault{List: r.List, Page: r.Page, Action: salesmaptest.ActionStatus, Status: http.StatusForbidden})
			want := r.List + ": page" + strconv.Itoa(r.Page) + ":http_403"
			e, err := b.fails(t, run.Mode{})
			if !strings.Contains(err.Error(), want) || e.Status != runhistory.StatusFailed || b.liveTag(t) != good.RunTag {
				t.Errorf("%s: %v, want %s", e.Status, err, want)
			}
			b.setFaults(t)
			if resumed := b.once(t, run.Mode{Resume: true}); resumed.RunTag != e.RunTag || b.liveTag(t) != e.RunTag {
				t.Errorf("resumed %+v", resumed)
			}
			sameTables(t, truth, readTables(t, b.volume.Live(), snapshot.DomainTables()...))
		})
	}
	if points < 14 {
		t.Errorf("%d pages only", points)
	}
	t.Logf("%d pages", points)
}
