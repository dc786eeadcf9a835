package httpapi_test

import (
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/tabular"
)

// object is a JSON object.
type object = map[string]any

// rowsOf are the rows of a list in JSON, as its table has them.
func rowsOf(path string, body object) []object {
	switch {
	case path == "/api/sizes":
		var rows []object
		for _, size := range body["sizes"].([]any) {
			rows = append(rows, object{"": size})
		}
		return rows
	case strings.HasSuffix(path, "/targets-summary"):
		return []object{body["totals"].(object)}
	case strings.HasSuffix(path, "monthly-amounts/summary"):
		var rows []object
		for _, s := range objects(body["segments"]) {
			for _, row := range objects(s["rows"]) {
				row["segment"], row["segmentLabel"] = s["key"], s["label"]
				rows = append(rows, row)
			}
		}
		return rows
	case strings.HasSuffix(path, "deals-people"):
		var rows []object
		for _, p := range objects(body["items"]) {
			for _, d := range objects(p["deals"]) {
				row := maps.Clone(p)
				row["deal"] = d
				delete(row, "deals")
				rows = append(rows, row)
			}
		}
		return rows
	case strings.HasSuffix(path, "summary-by-size"):
		return labelled(body["by_size"].(object), "size", "합계", body["totals"])
	case strings.HasSuffix(path, "actual-overrides"):
		return labelled(body["overrides"].(object), "label", "", nil)
	case path == revenuePath:
		rows := slices.Concat(of("신고", body["reportDeals"]), of("검토", body["reviewDeals"]), of("회계 누락", body["missingAccountingDeals"]))
		for _, m := range objects(body["reviewHistory"]) {
			month := of("검토 이력", m["deals"])
			for _, row := range month {
				row["reportMonthKey"] = m["monthKey"]
			}
			rows = append(rows, month...)
		}
		return rows
	}
	for _, key := range []string{"items", "rows", "deals", "people"} {
		if key == "people" || body[key] != nil {
			return objects(body[key])
		}
	}
	return nil
}

func objects(list any) []object {
	items, _ := list.([]any)
	rows := make([]object, len(items))
	for i, item := range items {
		rows[i], _ = item.(object)
	}
	return rows
}

func of(kind string, list any) []object {
	rows := objects(list)
	for _, row := range rows {
		row["kind"] = kind
	}
	return rows
}

// labelled are objects by name as rows, with one more at the end.
func labelled(byName object, key, lastName string, last any) []object {
	var rows []object
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		row := maps.Clone(byName[name].(object))
		row[key] = name
		rows = append(rows, row)
	}
	if total, ok := last.(object); ok {
		row := maps.Clone(total)
		row[key] = lastName
		rows = append(rows, row)
	}
	return rows
}

// valueAt follows a column's key into a row.
func valueAt(row object, key string) any {
	var at any = row
	for part := range strings.SplitSeq(key, ".") {
		inner, ok := at.(object)
		if !ok {
			return nil
		}
		at = inner[part]
	}
	return at
}

// cellOf is a JSON value as CSV has it.
func cellOf(value any) string {
	switch v := value.(type) {
	case string:
		return tabular.Text(v).String()
	case bool:
		return tabular.Flag(v).String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = cellOf(v[i])
		}
		return strings.Join(parts, ", ")
	case object: // an owner, a team
		return cellOf(v["name"])
	default:
		return ""
	}
}

// guardedCell is a cell behind its apostrophe.
func guardedCell(value any) string {
	s := cellOf(value)
	if _, isNumber := value.(float64); !isNumber && s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// left are the keys of rows that tables leave out, because others say the same.
func left(path, key string) bool {
	return strings.HasPrefix(path, "/api/statepath/portfolio") && (strings.Contains(key, "_") || key == "segment")
}

// csvOf reads a CSV: the notes, the header and the rows.
func csvOf(tb testing.TB, r reply) (notes, rows [][]string) {
	tb.Helper()
	body, marked := strings.CutPrefix(r.Body, "\ufeff")
	if r.Status != 200 || !marked {
		tb.Fatalf("status %d, %.300q", r.Status, r.Body)
	}
	reader := csv.NewReader(strings.NewReader(body))
	reader.FieldsPerRecord = -1
	all, err := reader.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	if len(all) < 3 {
		tb.Fatalf("only %d lines", len(all))
	}
	return all[:2], all[2:]
}

// plainText is a text with one kind of line end: CSV has its own.
func plainText(s string) string { return strings.NewReplacer("\r\n", "\n", "\r", "").Replace(s) }
