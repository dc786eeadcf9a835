package sandboxdata_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

func TestEvolve_LeavesEarlierViewsAlone(t *testing.T) {
	w := newWorkspace(t, 4, 30, 3)
	before := w.View()
	want := digest(t, before)
	for range 20 {
		w.Evolve()
	}
	if digest(t, before) != want {
		t.Error("a view changed")
	}
	if digest(t, w.View()) == want || w.Tick() != 23 || before.Tick() != 3 {
		t.Errorf("nothing happened: ticks %d and %d", w.Tick(), before.Tick())
	}
}

func TestEvolve_ChangesFiguresThatPeopleLookAt(t *testing.T) {
	w := newWorkspace(t, 1, 30, 0)
	before := byID(read(t, w.View(), sandboxdata.Deal))
	for tick := 1; tick <= 6; tick++ {
		w.Evolve()
		after := byID(read(t, w.View(), sandboxdata.Deal))
		changed, came := 0, 0
		for id, deal := range after {
			old, known := before[id]
			switch {
			case !known:
				came++
			case !sameJSON(t, old, deal):
				changed++
				if text(deal, "수정 날짜") <= text(old, "수정 날짜") {
					t.Errorf("tick %d: deal %s changed, but not the time of its change", tick, id)
				}
			}
		}
		if changed < 2 || came != 2 {
			t.Errorf("tick %d: %d deals changed and %d came, want at least 2 and exactly 2", tick, changed, came)
		}
		before = after
	}
}

// TestEvolve_BringsNewcomersToTheTop checks what makes an open page visibly
// refresh: the newest organisation leads the list, which is sorted by what was
// won in 2025 (years.rank of the example configuration).
func TestEvolve_BringsNewcomersToTheTop(t *testing.T) {
	w := newWorkspace(t, 1, 60, 0)
	tops := map[string]bool{}
	for range 9 {
		w.Evolve()
		v := w.View()
		won := map[string]float64{}
		for _, d := range read(t, v, sandboxdata.Deal) {
			amount, _ := d["금액"].(float64)
			if text(d, "상태") == "Won" && strings.HasPrefix(text(d, "계약 체결일"), "2025") {
				won[text(d, "organizationId")] += amount
			}
		}
		top := ""
		for org := range won {
			if top == "" || won[org] > won[top] {
				top = org
			}
		}
		newest := read(t, v, sandboxdata.Organization)[length(t, v, sandboxdata.Organization)-1]
		if text(newest, "id") != top {
			t.Errorf("tick %d: the newest organisation is not at the top", w.Tick())
		}
		tops[top] = true
	}
	if len(tops) != 3 {
		t.Errorf("%d organisations led the list in nine ticks, want 3", len(tops))
	}
}

func TestEvolve_IsBounded(t *testing.T) {
	w := newWorkspace(t, 1, 30, 600)
	full := w.View()
	for range 3000 {
		w.Evolve()
	}
	v := w.View()
	for _, list := range lists(t, v) {
		if a, b := length(t, full, list), length(t, v, list); a != b {
			t.Errorf("%s grew from %d to %d", list, a, b)
		}
	}
	if digest(t, full) == digest(t, v) {
		t.Error("a workspace that stopped growing stopped changing")
	}
	if problem := checkRelations(t, v); problem != "" {
		t.Error(problem)
	}
}

func sameJSON(tb testing.TB, a, b map[string]any) bool {
	tb.Helper()
	x, err := json.Marshal(a)
	if err != nil {
		tb.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		tb.Fatal(err)
	}
	return string(x) == string(y)
}
