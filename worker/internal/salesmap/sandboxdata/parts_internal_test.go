package sandboxdata

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestShuffle_IsAPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "n")
		s := newShuffle(n, roll(rapid.Uint64().Draw(t, "roll")))
		seen := make([]bool, n)
		for position := range n {
			natural := s.natural(position)
			if natural < 0 || natural >= n || seen[natural] {
				t.Fatalf("position %d of %d shows %d", position, n, natural)
			}
			seen[natural] = true
			if back := s.position(natural); back != position {
				t.Fatalf("%d was shown at %d, not at %d", natural, position, back)
			}
		}
		if s.natural(n+5) != n+5 || s.position(n+5) != n+5 {
			t.Fatal("what is appended moves")
		}
	})
}

func TestShuffle_OfLargeLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1_000_000, 70_000_000).Draw(t, "n")
		s := newShuffle(n, roll(rapid.Uint64().Draw(t, "roll")))
		p := rapid.IntRange(0, n-1).Draw(t, "p")
		if got := s.position(s.natural(p)); got != p {
			t.Fatalf("position %d of %d came back as %d", p, n, got)
		}
	})
}

func TestSpread_AddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orgs := rapid.IntRange(1, 400).Draw(t, "orgs")
		s := newSpread(dealShares(), orgs, rapid.Uint64().Draw(t, "seed"))
		next := 0
		for org := range orgs {
			if s.first(org) != next {
				t.Fatalf("organisation %d begins at %d, want %d", org, s.first(org), next)
			}
			for range s.count(org) {
				if got := s.organization(next); got != org {
					t.Fatalf("record %d belongs to %d, want %d", next, got, org)
				}
				next++
			}
		}
		if s.total() != next {
			t.Fatalf("total %d, want %d", s.total(), next)
		}
	})
}

func TestDates_AgreeWithPackageTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(0, 4_000_000_000_000).Draw(t, "ms")).UTC()
		m := moment(at.UnixMilli())
		if got, want := string(appendMoment(nil, m)), at.Format(`"2006-01-02T15:04:05.000Z"`); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
		korea := at.In(time.FixedZone("KST", koreaOffset))
		if got, want := string(appendQuotedDay(nil, m.day())), korea.Format(`"2006-01-02"`); got != want || m.day() != dayOf(at) {
			t.Fatalf("day %s, want %s", got, want)
		}
		if d := dayFrom(korea.Year(), korea.Month(), korea.Day()); d != m.day() || d.year() != korea.Year() {
			t.Fatalf("day %d of year %d, want %d", d, d.year(), m.day())
		}
	})
}

func TestAppendString_IsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		var got string
		if err := json.Unmarshal(appendString(nil, want), &got); err != nil || got != want {
			t.Fatalf("%q came back as %q: %v", want, got, err)
		}
	})
}

func TestTemplate_RefusesFieldsThatNothingWrites(t *testing.T) {
	if _, err := newTemplate(Deal, func(string, string) (writer[deal], bool) { return nil, false }); err == nil {
		t.Error("a field without a writer was taken")
	}
	if _, err := newTemplate("quote", func(string, string) (writer[deal], bool) { return nil, true }); err == nil {
		t.Error("a table without a field list was taken")
	}
}
