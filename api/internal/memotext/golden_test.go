package memotext_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// The recorded answers show the same memos three times: with fields
// (won-groups.json), enriched (won-groups.compact) and as lines
// (won-groups.markdown). Each step is checked against the next.

type orderedFields struct{ memotext.Fields }

func (f *orderedFields) UnmarshalJSON(raw []byte) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	for open := true; open || dec.More(); open = false {
		if open {
			if _, err := dec.Token(); err != nil {
				return err
			}
			continue
		}
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var value string
		if err := dec.Decode(&value); err != nil {
			return err
		}
		f.Fields = append(f.Fields, memotext.Field{Key: fmt.Sprint(key), Value: value})
	}
	return nil
}

type goldenMemo struct {
	Date      string         `json:"date"`
	Text      *string        `json:"text"`
	CleanText *orderedFields `json:"cleanText"`
	HTMLBody  *string        `json:"htmlBody"`
	CreatedAt *string        `json:"created_at_ts"`
}

func (m goldenMemo) line() memotext.Memo {
	memo := memotext.Memo{Date: m.Date, Text: crm.SharedText(m.Text)}
	if m.CreatedAt != nil {
		memo.CreatedAt = *m.CreatedAt
	}
	if m.CleanText != nil {
		memo.Fields = m.CleanText.Fields
	}
	return memo
}

type goldenGroups struct {
	Organization struct {
		Memos []goldenMemo `json:"memos"`
	} `json:"organization"`
	Groups []struct {
		UpperOrg string `json:"upper_org"`
		Team     string `json:"team"`
		People   []struct {
			ID    string       `json:"id"`
			Memos []goldenMemo `json:"memos"`
		} `json:"people"`
		Deals []struct {
			ID    string       `json:"id"`
			Memos []goldenMemo `json:"memos"`
		} `json:"deals"`
	} `json:"groups"`
}

// attached returns all memos of an answer by what they belong to.
func (g goldenGroups) attached() map[string][]goldenMemo {
	all := map[string][]goldenMemo{"org": g.Organization.Memos}
	for _, group := range g.Groups {
		for _, p := range group.People {
			all["person "+p.ID] = p.Memos
		}
		for _, d := range group.Deals {
			all["deal "+d.ID] = d.Memos
		}
	}
	return all
}

func goldenAnswers(tb testing.TB, mode, family string) map[string]goldenGroups {
	tb.Helper()
	all := map[string]goldenGroups{}
	for _, r := range golden.Responses(tb, mode, family) {
		if r.Status != 200 {
			continue
		}
		var g goldenGroups
		if err := json.Unmarshal(r.Body, &g); err != nil {
			tb.Fatalf("%s: %v", r.ID, err)
		}
		all[orgOf(r)] = g
	}
	return all
}

func orgOf(r golden.Response) string { return strings.Split(r.Path, "/")[3] }

func goldenForms(tb testing.TB) memotext.Forms {
	tb.Helper()
	var w struct {
		Forms struct {
			Markers []string `yaml:"form_markers"`
			Skip    string   `yaml:"skip_marker"`
			Drop    []string `yaml:"drop_keys"`
			Minimal []string `yaml:"minimal_keys"`
			Words   []string `yaml:"question_key_words"`
		} `yaml:"memo_forms"`
	}
	if err := yaml.Unmarshal(golden.File(tb, "workspace.yaml"), &w); err != nil {
		tb.Fatal(err)
	}
	return memotext.Forms{
		Markers: w.Forms.Markers, SkipMarker: w.Forms.Skip, DropKeys: w.Forms.Drop,
		MinimalKeys: w.Forms.Minimal, QuestionWords: w.Forms.Words,
	}
}

// snapshotMemos returns an organisation's memos in row order by what they
// belong to (spec 02 §3.1).
func snapshotMemos(tb testing.TB, db *sql.DB, org string) map[string][]crm.Text {
	tb.Helper()
	rows, err := db.QueryContext(context.Background(),
		`SELECT dealId, peopleId, text FROM memo WHERE organizationId = ? ORDER BY rowid`, org)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string][]crm.Text{}
	for rows.Next() {
		var deal, person, text *string
		if err := rows.Scan(&deal, &person, &text); err != nil {
			tb.Fatal(err)
		}
		owner := "org"
		switch {
		case deal != nil && *deal != "":
			owner = "deal " + *deal
		case person != nil && *person != "":
			owner = "person " + *person
		}
		all[owner] = append(all[owner], crm.SharedText(text))
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

func TestClean_Golden(t *testing.T) {
	t.Parallel()
	db, err := snapshot.Open(t.Context(), golden.Snapshot(t), snapshot.OpenOptions{Conns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	cleaner := memotext.NewCleaner(goldenForms(t))
	count := map[memotext.Outcome]int{}
	for org, answer := range goldenAnswers(t, golden.Legacy, "won-groups.json") {
		stored := snapshotMemos(t, db, org)
		for owner, want := range answer.attached() {
			var got []goldenMemo
			for _, text := range stored[owner] {
				fields, outcome := cleaner.Clean(text)
				count[outcome]++
				switch outcome {
				case memotext.Cleaned:
					got = append(got, goldenMemo{CleanText: &orderedFields{fields}})
				case memotext.KeepRaw:
					got = append(got, goldenMemo{Text: text.Ptr()})
				case memotext.Drop:
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s %s: %d memos remain, want %d", org, owner, len(got), len(want))
				continue
			}
			for i := range want {
				want := goldenMemo{Text: want[i].Text, CleanText: want[i].CleanText}
				if diff := cmp.Diff(want, got[i]); diff != "" {
					t.Errorf("%s %s memo %d (-want +got):\n%s", org, owner, i, diff)
				}
			}
		}
	}
	if count[memotext.Cleaned] < 50 || count[memotext.Drop] < 1 || count[memotext.KeepRaw] < 500 {
		t.Errorf("checked too little: %v", count)
	}
}

func TestEnrich_Golden(t *testing.T) {
	t.Parallel()
	enriched := 0
	for _, mode := range []string{golden.Legacy, golden.Strict, golden.Lean} {
		compact := goldenAnswers(t, mode, "won-groups.compact")
		for org, full := range goldenAnswers(t, mode, "won-groups.json") {
			after, ok := compact[org]
			if !ok {
				continue
			}
			afterMemos := after.attached()
			for owner, before := range full.attached() {
				if len(afterMemos[owner]) != len(before) {
					t.Fatalf("%s %s: %d and %d memos", org, owner, len(before), len(afterMemos[owner]))
				}
				for i, m := range before {
					got := memotext.Enrich(crm.SharedText(m.Text), m.CleanText != nil, crm.SharedText(m.HTMLBody), asBefore())
					if !got.Equal(crm.SharedText(m.Text)) {
						enriched++
					}
					if want := crm.SharedText(afterMemos[owner][i].Text); !got.Equal(want) {
						t.Errorf("%s %s memo %d:\n got %q\nwant %q", org, owner, i, got, want)
					}
				}
			}
		}
	}
	if enriched < 300 {
		t.Errorf("only %d memos were enriched", enriched)
	}
}

func TestLines_Golden(t *testing.T) {
	t.Parallel()
	compact := goldenAnswers(t, golden.Legacy, "won-groups.compact")
	cells := 0
	for _, r := range golden.Responses(t, golden.Legacy, "won-groups.markdown") {
		if r.Status != 200 {
			continue
		}
		text := r.Text
		if r.Query["format"] == "json" {
			var body struct {
				Markdown string `json:"markdown"`
			}
			if err := json.Unmarshal(r.Body, &body); err != nil {
				t.Fatalf("%s: %v", r.ID, err)
			}
			text = body.Markdown
		}
		cells += checkDossier(t, r, text, compact[orgOf(r)])
	}
	if cells < 1000 {
		t.Errorf("only %d cells were checked", cells)
	}
}

// checkDossier compares the last cell of each person's and deal's line.
func checkDossier(t *testing.T, r golden.Response, text string, answer goldenGroups) (cells int) {
	t.Helper()
	o := memotext.LineOptions{Limit: intParam(t, r, "deal_memo_limit", 10), MaxChars: intParam(t, r, "memo_max_chars", 240), RedactPhone: true}
	switch strings.ToLower(r.Query["redact_phone"]) {
	case "false", "0", "no", "n", "f", "off":
		o.RedactPhone = false
	}
	for _, group := range answer.Groups {
		_, body, found := strings.Cut(text, fmt.Sprintf("\n## %s / %s\n", group.UpperOrg, group.Team))
		if !found {
			continue // another upper organisation was asked for, or cut off
		}
		body, _, _ = strings.Cut(body, "\n---\n")
		people, deals, _ := strings.Cut(body, "\n### Deals\n")
		_, people, _ = strings.Cut(people, "\n### People\n")
		last := memotext.LineOptions{Limit: 1, MaxChars: 140, RedactPhone: o.RedactPhone}
		for i, line := range tableLines(people) {
			want := memotext.Escape(strings.Join(memotext.Lines(lines(group.People[i].Memos), last, asBefore()), "<br>"))
			cells += checkCell(t, r.ID, line, want)
		}
		for i, line := range tableLines(deals) {
			memos := lines(group.Deals[i].Memos)
			want := ""
			if len(memos) > 0 {
				want = fmt.Sprintf("(총 %d개) %s", len(memos), strings.Join(memotext.Lines(memos, o, asBefore()), "<br>"))
			}
			cells += checkCell(t, r.ID, line, memotext.Escape(want))
		}
	}
	return cells
}

func lines(memos []goldenMemo) []memotext.Memo {
	all := make([]memotext.Memo, len(memos))
	for i, m := range memos {
		all[i] = m.line()
	}
	return all
}

// tableLines returns the lines of a table below its header; the recorded
// dossiers have no line breaks inside a line.
func tableLines(section string) []string {
	var all []string
	for line := range strings.Lines(section) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "| ") {
			all = append(all, line)
		}
	}
	return all[min(2, len(all)):]
}

func checkCell(t *testing.T, id, line, want string) int {
	t.Helper()
	if !strings.HasSuffix(line, " | "+want+" |") {
		t.Errorf("%s: line %q does not end in the cell %q", id, line, want)
	}
	return 1
}

func intParam(t *testing.T, r golden.Response, name string, otherwise int) int {
	t.Helper()
	text, ok := r.Query[name]
	if !ok {
		return otherwise
	}
	var n int
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatalf("%s: %s=%q: %v", r.ID, name, text, err)
	}
	return n
}
