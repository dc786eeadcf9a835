package goldentest

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// Options choose what is compared.
type Options struct {
	// Excluded are the recorded requests that DECISIONS.md answers otherwise: id
	// to the decision. One that isn't recorded as excluded fails, and the other
	// way round.
	Excluded map[string]string
	Sets     AsSet // optional
}

// Tally counts the recorded requests of one family, in one mode or in all.
type Tally struct {
	Family                 string
	Equal, Total, Excluded int // Total is without the excluded ones
}

// Run sends every recorded request of a mode to a server and fails for each
// family that isn't equal to the last entry. It returns the counts by family.
func Run(t *testing.T, baseURL, mode string, o Options) []Tally {
	t.Helper()
	var all []Tally
	for _, family := range golden.Families(t, mode) {
		t.Run(family, func(t *testing.T) { all = append(all, runFamily(t, baseURL, mode, family, o)) })
	}
	return all
}

func runFamily(t *testing.T, baseURL, mode, family string, o Options) Tally {
	t.Helper()
	n := Tally{Family: family}
	recorded := golden.Responses(t, mode, family)
	for _, want := range recorded {
		if _, decided := o.Excluded[want.ID]; decided != (want.Excluded != "") {
			t.Errorf("%s: excluded by the recording: %q; by a decision named in the test: %v", want.ID, want.Excluded, decided)
		}
		if want.Excluded != "" {
			n.Excluded++
			continue
		}
		n.Total++
		differences := Compare(want, Ask(t, baseURL, want), o.Sets)
		if len(differences) == 0 {
			n.Equal++
			continue
		}
		t.Errorf("%s: %s %s %v:\n\t%s", want.ID, want.Method, want.Path, want.Query, strings.Join(differences, "\n\t"))
	}
	if len(recorded) == 0 {
		t.Errorf("golden %s %s: nothing was recorded", mode, family)
	}
	return n
}

// Sum adds up the counts of several modes by family, in name order, with a
// line for all of them at the end.
func Sum(modes ...[]Tally) []Tally {
	byFamily, all := map[string]Tally{}, Tally{Family: "all"}
	for _, n := range slices.Concat(modes...) {
		byFamily[n.Family] = byFamily[n.Family].plus(n)
		all = all.plus(n)
	}
	families := slices.SortedFunc(maps.Values(byFamily), func(a, b Tally) int { return strings.Compare(a.Family, b.Family) })
	return append(families, all)
}

func (n Tally) plus(m Tally) Tally {
	return Tally{
		Family: cmp.Or(n.Family, m.Family),
		Equal:  n.Equal + m.Equal, Total: n.Total + m.Total, Excluded: n.Excluded + m.Excluded,
	}
}

func (n Tally) String() string {
	s := fmt.Sprintf("%-24s %4d/%d equal", n.Family, n.Equal, n.Total)
	if n.Excluded > 0 {
		s += fmt.Sprintf(", %d excluded", n.Excluded)
	}
	return s
}

// Ask sends a recorded request.
func Ask(t *testing.T, baseURL string, want golden.Response) Answer {
	t.Helper()
	query := url.Values{}
	for name, value := range want.Query {
		query.Set(name, value)
	}
	target := baseURL + (&url.URL{Path: want.Path, RawQuery: query.Encode()}).String()
	req, err := http.NewRequestWithContext(t.Context(), want.Method, target, http.NoBody)
	if err != nil {
		t.Fatalf("%s: %v", want.ID, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", want.ID, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: %v", want.ID, err)
	}
	return Answer{Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type"), Header: resp.Header, Body: body}
}
