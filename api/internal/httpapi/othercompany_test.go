package httpapi_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// fixedTime is when files of tests that compare answers were written.
func fixedTime() time.Time { return time.Date(2026, 2, 5, 1, 0, 0, 0, time.UTC) }

// loadWorkspace reads a configuration from a file as old as all others.
func loadWorkspace(tb testing.TB, text string) *workspace.Workspace {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "workspace.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	if err := os.Chtimes(path, fixedTime(), fixedTime()); err != nil {
		tb.Fatal(err)
	}
	w, err := workspace.Load(path)
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// company serves a snapshot file with a configuration.
func company(tb testing.TB, path, config string, rules normalise.Rules) *service {
	tb.Helper()
	if err := os.Chtimes(path, fixedTime(), fixedTime()); err != nil {
		tb.Fatal(err)
	}
	s := start(tb, path, settings{rules: rules, workspace: loadWorkspace(tb, config), noWatch: true})
	s.Watcher.Check(tb.Context())
	return s
}

// configHash is how answers name a configuration; it changes with every letter.
var configHash = regexp.MustCompile(`"workspace:[0-9a-f]+"`)

func answerOf(r reply) goldentest.Answer {
	return goldentest.Answer{
		Status: r.Status, ContentType: r.Header.Get("Content-Type"), Header: r.Header,
		Body: configHash.ReplaceAll([]byte(r.Body), []byte(`""`)),
	}
}

// described is an answer as JSON; false if it is a plain text.
func described(tb testing.TB, r reply) (body []byte, ok bool) {
	tb.Helper()
	if strings.HasPrefix(r.Header.Get("Content-Type"), "text/") {
		return nil, false
	}
	body, err := answerOf(r).JSON()
	if err != nil {
		tb.Fatal(err)
	}
	return body, true
}

// recordedAs is our answer in the form of a recorded one, its texts changed.
func recordedAs(tb testing.TB, r reply, change func(string) string) golden.Response {
	tb.Helper()
	want := golden.Response{Status: r.Status, ContentType: r.Header.Get("Content-Type")}
	if body, ok := described(tb, r); ok {
		want.Body = json.RawMessage(change(string(body)))
	} else {
		want.Text = change(r.Body)
	}
	return want
}

// TestOtherCompany: of a company where everybody and everything is called
// otherwise, every answer is the golden one with the other names. Nothing that
// one company would call its own can then be in the code.
func TestOtherCompany(t *testing.T) {
	t.Parallel()
	disguise := goldentest.NewDisguise(t, "..", "../../../shared/field")
	config := string(golden.File(t, "workspace.yaml"))
	if before, after := strings.Fields(config), strings.Fields(disguise.Text(config)); len(before) != len(after) {
		t.Fatal("the disguise changes more than letters")
	}
	original, disguised := golden.Snapshot(t), disguise.Snapshot(t)
	for _, numbers := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		t.Run(string(numbers), func(t *testing.T) {
			t.Parallel()
			rules := normalise.RulesFor(numbers)
			one, other := company(t, original, config, rules), company(t, disguised, disguise.Text(config), rules)
			asked, changed := 0, 0
			for _, family := range golden.Families(t, golden.Legacy) {
				for _, q := range golden.Responses(t, golden.Legacy, family) {
					before, after := one.ask(q), other.ask(disguise.Request(q))
					if before.Status != http.StatusOK && before.Status != after.Status {
						t.Errorf("%s: status %d, %d of the other company", q.ID, before.Status, after.Status)
						continue
					}
					asked++
					if disguise.Text(before.Body) != before.Body {
						changed++
					}
					for _, difference := range goldentest.Compare(recordedAs(t, before, disguise.Text), answerOf(after), nil) {
						t.Errorf("%s: %v: %s", q.ID, q.Query, difference)
					}
				}
			}
			if changed < asked/2 {
				t.Errorf("the disguise changes %d of %d answers only", changed, asked)
			}
			t.Logf("%d answers, %d with names in them", asked, changed)
		})
	}
}

// TestOtherYears: a generation later, with clock, targets and configuration
// moved along, every answer is the golden one with the later years. No year is
// then in the code but in the names of a contract.
func TestOtherYears(t *testing.T) {
	t.Parallel()
	config := string(golden.File(t, "workspace.yaml"))
	original, moved := golden.Snapshot(t), goldentest.LaterSnapshot(t)
	for _, numbers := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		t.Run(string(numbers), func(t *testing.T) {
			t.Parallel()
			rules := normalise.RulesFor(numbers)
			one, other := company(t, original, config, rules), company(t, moved, goldentest.Later(config), rules)
			for _, family := range golden.Families(t, golden.Legacy) {
				for _, q := range golden.Responses(t, golden.Legacy, family) {
					before, after := one.ask(q), other.ask(goldentest.LaterRequest(q))
					if before.Status != after.Status {
						t.Errorf("%s: status %d, later %d: %.300s", q.ID, before.Status, after.Status, after.Body)
						continue
					}
					was, ok := described(t, before)
					is, _ := described(t, after)
					if before.Status != http.StatusOK || !ok {
						continue
					}
					for _, difference := range goldentest.CompareLater(was, is) {
						t.Errorf("%s: %v: %s", q.ID, q.Query, difference)
					}
				}
			}
		})
	}
}

// TestNoCompanyInCode: no name of the golden company, of a person, a customer
// or a team, stands in the code.
func TestNoCompanyInCode(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	for _, team := range goldentest.Workspace(t).Teams {
		names[team.Name] = "a team"
		for _, part := range team.Parts {
			for _, member := range part.Members {
				names[member] = "a member of " + team.Name
			}
		}
	}
	rows := goldentest.Rows(t)
	for i := range rows.Organizations {
		names[rows.Organizations[i].Name.String()] = "a customer"
	}
	for i := range rows.People {
		names[rows.People[i].UpperOrg.String()] = "a counterparty"
	}
	delete(names, normalise.NotEntered) // some customers have typed it
	for _, dir := range []string{"..", "../../../shared/field"} {
		for _, literal := range goldentest.Literals(t, dir) {
			for name, whose := range names {
				if utf8.RuneCountInString(name) > 2 && strings.Contains(literal, name) {
					t.Errorf("%q in the code has the name of %s", literal, whose)
				}
			}
		}
	}
}
