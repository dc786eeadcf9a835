package goldentest

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// Options choose what is compared.
type Options struct {
	Families []string // those to run; those not recorded in a mode are left out
	Sets     AsSet    // optional
}

// Run sends the recorded requests of a mode to a server and fails for every
// family that isn't equal to the last entry, printing equal/total for each.
// Entries that DECISIONS.md excludes are counted apart.
func Run(t *testing.T, baseURL, mode string, o Options) {
	t.Helper()
	recorded := golden.Families(t, mode)
	for _, family := range o.Families {
		if !slices.Contains(recorded, family) {
			continue
		}
		t.Run(family, func(t *testing.T) { runFamily(t, baseURL, mode, family, o) })
	}
}

func runFamily(t *testing.T, baseURL, mode, family string, o Options) {
	t.Helper()
	equal, excluded := 0, 0
	all := golden.Responses(t, mode, family)
	for _, want := range all {
		if want.Excluded != "" {
			excluded++
			continue
		}
		differences := Compare(want, Ask(t, baseURL, want), o.Sets)
		if len(differences) == 0 {
			equal++
			continue
		}
		t.Errorf("%s: %s %s %v:\n\t%s", want.ID, want.Method, want.Path, want.Query, strings.Join(differences, "\n\t"))
	}
	t.Logf("golden %s %s: %d/%d equal, %d excluded", mode, family, equal, len(all)-excluded, excluded)
	if len(all) == 0 {
		t.Errorf("golden %s %s: nothing was recorded", mode, family)
	}
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
	return Answer{Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type"), Body: body}
}
