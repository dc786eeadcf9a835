//go:build slow

package httpapi_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/snapshottest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/store"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// TestMissingColumns takes away every column that is read, one at a time. What
// is asked then answers as if the column were empty, or says 500 with its name;
// nothing takes the name for a value or another column for this one.
func TestMissingColumns(t *testing.T) {
	t.Parallel()
	questions := sampleQuestions(t)
	original, company := golden.Snapshot(t), goldentest.Workspace(t)
	snapshottest.Exec(t, original, "DELETE FROM deal WHERE rowid % 4; DELETE FROM memo WHERE rowid % 4; VACUUM")
	has := columnsOf(t, original)
	for table, columns := range store.Columns() {
		slices.Sort(columns)
		for _, column := range slices.Compact(columns) {
			if !slices.Contains(has[table], column) || slices.Contains(snapshot.KeyColumns(table), column) {
				continue // a snapshot without a key is refused as a whole: TestBroken
			}
			t.Run(table+" "+column, func(t *testing.T) {
				t.Parallel()
				tableName, columnName := snapshot.QuoteName(table), snapshot.QuoteName(column)
				for _, numbers := range []normalise.Numbers{normalise.Corrected, normalise.AsBefore} {
					set := settings{rules: normalise.RulesFor(numbers), workspace: company}
					without := changedGolden(t, set, original, "ALTER TABLE "+tableName+" RENAME COLUMN "+columnName+" TO taken_away")
					empty := changedGolden(t, set, original, "UPDATE "+tableName+" SET "+columnName+" = NULL")
					for _, q := range questions {
						if slices.ContainsFunc(withoutColumn(numbers)[column], func(family string) bool { return strings.HasPrefix(q.ID, family) }) {
							checkNoValue(t, q, column, without.ask(q))
							continue
						}
						checkMissing(t, q, column, without.ask(q), empty.ask(q))
					}
				}
			})
		}
	}
}

// withoutColumn lists what the specs make of a missing column other than of an
// empty one: column to families.
func withoutColumn(numbers normalise.Numbers) map[string][]string {
	differs := map[string][]string{
		// Spec 03 §1.1, §2.1: without the column the condition falls away; so in spec 05 §7.
		field.CourseID:    {"amounts.", "ops.online-retention."},
		field.OnlineFirst: {"inquiries.summary."}, // meta.debug counts what has no value
		// Spec 03 §3.2: meta says which column was used.
		field.Category: {"close-rate.summary."},
		// Spec 03 §2.1: 400, naming the column.
		field.CreatedDate: {"close-rate.", "inquiries."},
	}
	if numbers == normalise.AsBefore {
		differs[field.Probability] = []string{"rank.dri.", "rank.dri.summary."} // spec 04 §1: every deal is high
	}
	// Spec 06 §2.1: meta names the field, and some rules need the column.
	for _, column := range []string{
		field.ExpectedDate, field.ExpectedAmount, field.ContractDate, field.CourseStart, field.CourseEnd, field.CourseFormat,
		field.Category, field.CourseID, field.OnlineCycle, field.OnlineFirst, field.InstructorName1, "강사료1", field.ProposalWritten,
		field.ProposalUpload, field.Probability, field.CreatedDate, field.Status, field.Amount, field.Owner, field.Name,
	} {
		differs[column] = append(differs[column], "qc.person.", "qc.summary.")
	}
	return differs
}

func checkMissing(t *testing.T, q golden.Response, column string, without, empty reply) {
	t.Helper()
	switch without.Status {
	case http.StatusInternalServerError:
		if p := wantProblem(t, without, 500, "missing-data", ""); !strings.Contains(p.Detail, column) {
			t.Errorf("%s: 500 without the name of the column: %s", q.ID, p.Detail)
		}
	case empty.Status:
		if diff := cmp.Diff(empty.Body, without.Body); diff != "" && empty.Status == http.StatusOK {
			t.Errorf("%s: with the column empty (-), and without it (+):\n%.2000s", q.ID, diff)
		}
	default:
		t.Errorf("%s: status %d, %d with the column empty: %.300s", q.ID, without.Status, empty.Status, without.Body)
	}
}

// checkNoValue looks into an answer that differs by spec: an error names the
// column, anything else doesn't have its name among the values.
func checkNoValue(t *testing.T, q golden.Response, column string, without reply) {
	t.Helper()
	switch without.Status {
	case http.StatusOK:
		var body any
		without.decode(t, &body)
		if isAmong(column, body) {
			t.Errorf("%s: the column's name among the values", q.ID)
		}
	case http.StatusBadRequest, http.StatusInternalServerError:
		if !strings.Contains(without.Body, column) {
			t.Errorf("%s: refused without a word of the column: %.300s", q.ID, without.Body)
		}
	default:
		t.Errorf("%s: status %d: %.300s", q.ID, without.Status, without.Body)
	}
}

// isAmong looks for a text in a JSON value, as a whole.
func isAmong(text string, value any) bool {
	switch v := value.(type) {
	case string:
		return v == text
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return isAmong(text, item) })
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), func(member any) bool { return isAmong(text, member) })
	default:
		return false
	}
}

func columnsOf(tb testing.TB, path string) map[string][]string {
	tb.Helper()
	in, err := snapshot.Inspect(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	return in.Columns
}
