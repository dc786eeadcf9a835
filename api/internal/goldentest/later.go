package goldentest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// LaterYears is by how much Later moves the golden data set: after so many
// years days fall on the same weekdays and leap years come round.
const LaterYears = 28

// Later moves the years and months in a text of the golden set, as in
// 2025-01-02, 20250102, 2025, 202501, 2501, 25-01 and Y2025. Numbers that go on
// from another letter belong to a name.
func Later(s string) string { return later(s, false) }

func later(s string, afterLetters bool) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if j == i {
			b.WriteByte(s[i])
			i++
			continue
		}
		if i > 0 && !afterLetters && isLetter(s[i-1]) && s[i-1] != 'Y' {
			b.WriteString(s[i:j])
		} else {
			b.WriteString(laterDigits(s[i:j], s[j:], i == 0))
		}
		i = j
	}
	return b.String()
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// shortMonth is what follows the year in 25-01.
var shortMonth = regexp.MustCompile(`^-(0[1-9]|1[0-2])$`)

func laterDigits(digits, rest string, first bool) string {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return digits
	}
	var moved int
	switch {
	case len(digits) == 4 && isYear(n):
		moved = LaterYears
	case len(digits) == 4 && isYear(2000+n/100) && isMonth(n%100):
		moved = LaterYears * 100
	case len(digits) == 6 && isYear(n/100): // 202531 too, which some dates look like
		moved = LaterYears * 100
	case len(digits) == 8 && isYear(n/10000) && isMonth(n/100%100):
		moved = LaterYears * 10000
	case len(digits) == 2 && first && isYear(2000+n) && shortMonth.MatchString(rest):
		moved = LaterYears
	default:
		return digits
	}
	return fmt.Sprintf("%0*d", len(digits), n+moved)
}

func isYear(n int) bool  { return n >= 2020 && n <= 2039 }
func isMonth(n int) bool { return n >= 1 && n <= 12 }

// LaterSnapshot moves the golden snapshot and returns its path. Ids and amounts
// stay.
func LaterSnapshot(tb testing.TB) string {
	tb.Helper()
	path := golden.Snapshot(tb)
	stay := []string{
		field.ID, field.PeopleID, field.OrganizationID, field.DealID, field.OwnerID, field.Amount, field.ExpectedAmount,
		field.Phone, field.Email,
	}
	eachCell(tb, path, func(column, text string) string {
		if slices.Contains(stay, column) || uuid.MatchString(text) {
			return text
		}
		return Later(text)
	})
	return path
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// LaterRequest moves what is asked; a year that stands in the path becomes a
// parameter where there is one.
func LaterRequest(r golden.Response) golden.Response {
	query := make(map[string]string, len(r.Query))
	for name, value := range r.Query {
		query[name] = Later(value)
	}
	if path := strings.Replace(r.Path, "pl-progress-2026", "pl-progress", 1); path != r.Path {
		r.Path = path
		if query["year"] == "" {
			query["year"] = Later("2026")
		}
	}
	r.Query = query
	return r
}

// CompareLater returns what differs between an answer of the golden set, moved,
// and one of the moved set. Keys that have a year by contract stay.
func CompareLater(before, after []byte) []string {
	want, err := decode(before)
	if err != nil {
		return []string{err.Error()}
	}
	got, err := decode(after)
	if err != nil {
		return []string{err.Error()}
	}
	c := comparison{}
	c.values("$", laterValue(want, got), got)
	return c.differences
}

// phoneKey is where answers have what is in field.Phone.
const phoneKey = "phone"

// shortID is how a dossier names a deal; ids stay.
var shortID = regexp.MustCompile(`^.* \([0-9a-f]{8}\) `)

// laterText moves a text. The lines of a dossier may begin with the ids of
// deals; the other text decides.
func laterText(s string, like any) string {
	if uuid.MatchString(s) && !strings.Contains(s, "\n") {
		return s
	}
	other, _ := like.(string)
	others := strings.Split(other, "\n")
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		moved := Later(line)
		if i < len(others) && moved != others[i] {
			moved = laterButIDs(line)
		}
		lines[i] = moved
	}
	return strings.Join(lines, "\n")
}

// laterButIDs moves a line without the short id in it.
func laterButIDs(line string) string {
	at := shortID.FindStringIndex(line)
	if at == nil {
		if uuid.MatchString(line) {
			return line
		}
		return Later(line)
	}
	id := at[1] - len("(01234567) ")
	return Later(line[:id]) + line[id:at[1]] + Later(line[at[1]:])
}

// laterValue moves a JSON value, looking at the other one for the keys and
// numbers that may be either.
func laterValue(v, like any) any {
	switch v := v.(type) {
	case string:
		return laterText(v, like)
	case json.Number:
		if n, ok := like.(json.Number); ok && n.String() == Later(v.String()) {
			return n
		}
		return v
	case []any:
		others, _ := like.([]any)
		all := make([]any, len(v))
		for i := range v {
			var other any
			if i < len(others) {
				other = others[i]
			}
			all[i] = laterValue(v[i], other)
		}
		return all
	case map[string]any:
		others, _ := like.(map[string]any)
		all := make(map[string]any, len(v))
		for key, value := range v {
			moved := later(key, true)
			if _, ok := others[moved]; !ok {
				moved = key
			}
			if key == phoneKey { // stays in the snapshot
				all[key] = value
				continue
			}
			all[moved] = laterValue(value, others[moved])
		}
		return all
	default:
		return v
	}
}
