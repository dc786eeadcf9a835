package salesmaptest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// today is the day that the generated workspaces live in.
var today = time.Date(2026, 2, 5, 10, 0, 0, 0, time.FixedZone("KST", 9*3600))

func generated(tb testing.TB, orgs int) salesmaptest.Source {
	tb.Helper()
	w, err := sandboxdata.New(sandboxdata.Config{Seed: 1, Organizations: orgs, Now: today})
	if err != nil {
		tb.Fatal(err)
	}
	return salesmaptest.Generated(w)
}

// lists returns every list of a server, submissions included.
func lists(s *salesmaptest.Server) []string {
	all := []string{
		sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo,
		sandboxdata.User, sandboxdata.Team, sandboxdata.WebForm,
	}
	for _, id := range s.FormIDs() {
		all = append(all, sandboxdata.Submissions(id))
	}
	return all
}

// answer is what a plain client got.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error // of the exchange or of reading the body
}

// client is a plain HTTP client that keeps no connection.
type client struct {
	base  string
	token string
	http  http.Client
}

func newClient(tb testing.TB, crm *salesmaptest.Running) *client {
	tb.Helper()
	transport := &http.Transport{}
	tb.Cleanup(transport.CloseIdleConnections)
	return &client{base: crm.BaseURL, token: salesmaptest.DefaultToken, http: http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *client) do(method, url, body string) answer {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return answer{err: err}
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, header: resp.Header, body: raw, err: err}
}

func (c *client) get(path string) answer { return c.do(http.MethodGet, c.base+"/"+path, "") }

func (c *client) v3(call, body string) answer {
	return c.do(http.MethodPost, strings.Replace(c.base, "/v2", "/v3", 1)+"/object/"+call, body)
}

// page is a list answer, taken apart.
type page struct {
	key     string
	records []json.RawMessage
	cursor  string // "" at the end
	spelled string // key of the cursor, "" if it is not there
}

// parse takes an answer apart as a careful client would; ok is false for
// whatever is not a page.
func (a answer) parse() (p page, ok bool) {
	var envelope struct {
		Success *bool                      `json:"success"`
		Data    map[string]json.RawMessage `json:"data"`
	}
	if a.err != nil || a.status != http.StatusOK || json.Unmarshal(a.body, &envelope) != nil {
		return page{}, false
	}
	data := envelope.Data
	if envelope.Success == nil { // v3
		if json.Unmarshal(a.body, &data) != nil {
			return page{}, false
		}
	} else if !*envelope.Success || data == nil {
		return page{}, false
	}
	for key, raw := range data {
		switch {
		case strings.HasSuffix(key, "List"):
			p.key = key
			if json.Unmarshal(raw, &p.records) != nil {
				return page{}, false
			}
		default:
			p.spelled = key
			if json.Unmarshal(raw, &p.cursor) != nil && string(raw) != "null" {
				return page{}, false
			}
		}
	}
	for _, r := range p.records {
		if !bytes.HasPrefix(r, []byte("{")) {
			return page{}, false
		}
	}
	return p, p.key != "" && p.records != nil
}

// walk reads a list to its end and returns its pages.
func (c *client) walk(tb testing.TB, list string) []page {
	tb.Helper()
	var pages []page
	cursor := ""
	for {
		path := list
		if cursor != "" {
			path += "?cursor=" + cursor
		}
		a := c.get(path)
		p, ok := a.parse()
		if !ok {
			tb.Fatalf("%s: status %d, error %v: %.300s", path, a.status, a.err, a.body)
		}
		pages = append(pages, p)
		if cursor = p.cursor; cursor == "" {
			return pages
		}
		if len(pages) > 100_000 {
			tb.Fatalf("%s does not end", list)
		}
	}
}

// records puts the records of pages into one row.
func records(pages []page) (all [][]byte) {
	for _, p := range pages {
		for _, r := range p.records {
			all = append(all, r)
		}
	}
	return all
}

func truth(s *salesmaptest.Server, list string) (all [][]byte) {
	for r := range s.Truth(list) {
		all = append(all, r)
	}
	return all
}

// idOf returns the id of a record, "" if it has none: ids stand first.
func idOf(record []byte) string {
	rest, ok := bytes.CutPrefix(record, []byte(`{"id":"`))
	if !ok {
		return ""
	}
	id, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(id)
}

// fieldOf returns a text field of a record, "" if there is none. It reads into
// a map because encoding/json takes "ID" for "id" when it reads into a struct.
func fieldOf(record []byte, name string) string {
	var fields map[string]json.RawMessage
	var text string
	if json.Unmarshal(record, &fields) != nil || json.Unmarshal(fields[name], &text) != nil {
		return ""
	}
	return text
}

// stored is what a client keeps of records that it saw: by id, the later copy
// in the place of the first; without an id each for itself.
func stored(all [][]byte) (kept [][]byte) {
	at := map[string]int{}
	for _, r := range all {
		if id := idOf(r); id != "" {
			if i, twice := at[id]; twice {
				kept[i] = r
				continue
			}
			at[id] = len(kept)
		}
		kept = append(kept, r)
	}
	return kept
}

func equal(tb testing.TB, what string, got, want [][]byte) {
	tb.Helper()
	if len(got) != len(want) {
		tb.Errorf("%s: %d records, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !bytes.Equal(got[i], want[i]) {
			tb.Errorf("%s: record %d is\n%s\nwant\n%s", what, i, got[i], want[i])
			return
		}
	}
}
