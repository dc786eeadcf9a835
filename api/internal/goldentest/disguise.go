package goldentest

import (
	"database/sql"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// Disguise makes another company of the golden one: every text says something
// else, yet sorts as before and means as much to code that knows nobody by
// name. What is computed of the disguised company must be the disguise of what
// is computed of the golden one.
//
// Hangul syllables are exchanged for the next ones that nobody uses, except
// those in words that the code itself knows, such as 미입력. Team and segment
// keys are renamed.
type Disguise struct {
	letters map[rune]rune
	keys    *strings.Replacer
}

// NewDisguise reads the words that the code knows from the Go files below the
// folders, tests left out.
func NewDisguise(tb testing.TB, code ...string) *Disguise {
	tb.Helper()
	used, known := map[rune]bool{}, map[rune]bool{}
	note := func(set map[rune]bool, text string) {
		for _, r := range text {
			if unicode.Is(unicode.Hangul, r) {
				set[r] = true
			}
		}
	}
	for _, dir := range code {
		for _, word := range Literals(tb, dir) {
			note(known, word)
		}
	}
	note(used, string(golden.File(tb, "workspace.yaml")))
	eachCell(tb, golden.Snapshot(tb), func(_, text string) string { note(used, text); return text })
	d := &Disguise{letters: map[rune]rune{}, keys: strings.NewReplacer(
		"edu1", "div1", "edu2", "div2", "edu_all", "div_all", "KEY_ACCOUNT", "BIG_BUYER",
	)}
	for r := range used {
		if !known[r] && !used[r+1] && !known[r+1] && unicode.Is(unicode.Hangul, r+1) {
			d.letters[r] = r + 1 // sorts between the same neighbours
		}
	}
	return d
}

// Text disguises a text.
func (d *Disguise) Text(s string) string {
	return d.keys.Replace(strings.Map(func(r rune) rune {
		if other, ok := d.letters[r]; ok {
			return other
		}
		return r
	}, s))
}

// Request disguises what is asked. Addresses that have a team of the golden
// company in them by contract become the ones with a parameter.
func (d *Disguise) Request(r golden.Response) golden.Response {
	query := make(map[string]string, len(r.Query))
	for name, value := range r.Query {
		query[name] = d.Text(value)
	}
	if team, ok := strings.CutPrefix(r.Path, "/api/deal-check/edu"); ok {
		r.Path = "/api/deal-check"
		query["team"] = d.Text("edu" + strings.ReplaceAll(team, "-", "_"))
	}
	r.Path, r.Query = d.Text(r.Path), query
	return r
}

// Snapshot disguises the golden snapshot and returns its path.
func (d *Disguise) Snapshot(tb testing.TB) string {
	tb.Helper()
	path := golden.Snapshot(tb)
	eachCell(tb, path, func(_, text string) string { return d.Text(text) })
	return path
}

// eachCell puts every text of the domain tables through a function, with its
// column.
func eachCell(tb testing.TB, path string, change func(column, text string) string) {
	tb.Helper()
	db, err := sql.Open("sqlite3", "file:"+path) // shared/snapshot registers the driver
	if err != nil {
		tb.Fatalf("golden snapshot: %v", err)
	}
	db.SetMaxOpenConns(1)
	for _, table := range snapshot.DomainTables() {
		if err := eachCellOf(tb, db, table, change); err != nil {
			tb.Fatalf("golden snapshot: table %s: %v", table, err)
		}
	}
	if err := db.Close(); err != nil {
		tb.Fatalf("golden snapshot: %v", err)
	}
}

func eachCellOf(tb testing.TB, db *sql.DB, table string, change func(column, text string) string) error {
	tb.Helper()
	tx, err := db.BeginTx(tb.Context(), nil)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(tb.Context(), "SELECT rowid, * FROM "+snapshot.QuoteName(table))
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	type cell struct {
		column, text string
		row          int64
	}
	var changed []cell
	for rows.Next() {
		var row int64
		cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		into[0] = &row
		for i := 1; i < len(columns); i++ {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i := 1; i < len(columns); i++ {
			if text := change(columns[i], cells[i].String); cells[i].Valid && text != cells[i].String {
				changed = append(changed, cell{columns[i], text, row})
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, c := range changed {
		update := fmt.Sprintf("UPDATE %s SET %s = ? WHERE rowid = ?", snapshot.QuoteName(table), snapshot.QuoteName(c.column))
		if _, err := tx.ExecContext(tb.Context(), update, c.text, c.row); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Literals returns the string literals in the Go files below a folder; tests
// and packages for tests, whose names end in test, are left out.
func Literals(tb testing.TB, dir string) []string {
	tb.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && strings.HasSuffix(path, "test") {
			return fs.SkipDir
		}
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if value, err := strconv.Unquote(literal.Value); err == nil {
					all = append(all, value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		tb.Fatalf("read code: %v", err)
	}
	return all
}
