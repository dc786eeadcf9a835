package crm_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

func TestText(t *testing.T) {
	t.Parallel()
	null, empty, a, b := crm.Text{}, crm.NewText(""), crm.NewText("가"), crm.NewText("나")
	if !null.IsNull() || empty.IsNull() || null.Ptr() != nil || *a.Ptr() != "가" || null.String() != "" {
		t.Error("NULL and empty text are told apart wrongly")
	}
	if null.Is("") || !empty.Is("") || a.Is("나") {
		t.Error("Is: NULL equals nothing, not even the empty text")
	}
	if got := null.Or(a); !got.Equal(a) {
		t.Errorf("NULL or 가 is %q", got)
	}
	if got := empty.Or(a); !got.Equal(empty) {
		t.Errorf("empty or 가 is %q", got)
	}
	all := []crm.Text{b, empty, a, null, crm.NewText("A"), crm.NewText("a")}
	slices.SortFunc(all, crm.Text.Compare)
	want := []crm.Text{null, empty, crm.NewText("A"), crm.NewText("a"), a, b}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestRequire(t *testing.T) {
	t.Parallel()
	d := &crm.Dataset{Columns: map[string][]string{"deal": {"id", "금액"}}}
	if err := d.Require("deal", "id", "금액"); err != nil {
		t.Errorf("what is there: %v", err)
	}
	for _, tc := range []struct {
		table, column string
		want          crm.MissingError
		text          string
	}{
		{"deal", "상태", crm.MissingError{Table: "deal", Column: "상태"}, `the snapshot's table "deal" has no column "상태"`},
		{"memo", "id", crm.MissingError{Table: "memo"}, `the snapshot has no table "memo"`},
	} {
		err := d.Require(tc.table, tc.column)
		missing, ok := errors.AsType[*crm.MissingError](err)
		if !ok || *missing != tc.want || err.Error() != tc.text {
			t.Errorf("%s.%s: %v", tc.table, tc.column, err)
		}
	}
}

// TestIndex holds the index against a scan.
func TestIndex(t *testing.T) {
	t.Parallel()
	keys := []crm.Text{{}, crm.NewText(""), crm.NewText("a"), crm.NewText("b"), crm.NewText("c")}
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOf(rapid.SampledFrom(keys)).Draw(rt, "rows")
		x := crm.NewIndex(len(rows), func(i int) crm.Text { return rows[i] })
		for _, key := range keys {
			var want []int32
			for i, r := range rows {
				if !key.IsNull() && r.Equal(key) {
					want = append(want, int32(i))
				}
			}
			if x.Count(key) != len(want) {
				rt.Fatalf("%v: %d rows, want %d", key, x.Count(key), len(want))
			}
			if key.IsNull() {
				continue
			}
			if got := x.Rows(key.String()); !slices.Equal(got, want) {
				rt.Fatalf("%v: rows %v, want %v", key, got, want)
			}
			first, ok := x.First(key.String())
			if ok != (len(want) > 0) || (ok && first != int(want[0])) {
				rt.Fatalf("%v: first %d, %v", key, first, ok)
			}
		}
	})
}
