// Package record holds what travels from the CRM client through the crawl to
// the SQLite writer: records, pages of them, and a table's position.
package record

import "slices"

// Record is one flat object of the CRM, its fields in the order received.
type Record struct {
	Fields []Field
}

// Field is a display name and the text to store for its value (spec 08
// "Rows": strings as they are, numbers in canonical JSON text, booleans 1 or
// 0, objects and arrays as compact JSON with non-ASCII kept). Null is stored
// as NULL.
type Field struct {
	Name string
	Text string
	Null bool
}

// Text returns the stored text of a field and whether it is there and not
// null. Of a name that occurs twice the last counts, as in JSON.
func (r Record) Text(name string) (string, bool) {
	for _, f := range slices.Backward(r.Fields) {
		if f.Name == name {
			return f.Text, !f.Null
		}
	}
	return "", false
}

// Page is one answer of a list endpoint, ready to be stored.
type Page struct {
	Table   string
	Number  int // from 1, counted over resumed runs
	Records []Record
	// NextCursor continues the list; empty on the last page.
	NextCursor string
	// API is the version of the CRM's API that gave the cursor: "v2" or "v3".
	API      string
	Last     bool
	Requests int64 // calls this page took, retries included
	Retries  int64
}

// Position is how far a table has come. It is stored in the same transaction
// as the rows before it (spec 08 "Checkpoint and resume").
type Position struct {
	NextCursor string   `json:"next_cursor"`
	API        string   `json:"api,omitempty"` // version that gave the cursor; "": v2
	Page       int      `json:"page"`          // pages stored
	Rows       int64    `json:"rows"`
	Columns    int      `json:"columns"`
	Completed  bool     `json:"completed"`
	Errors     []string `json:"errors"` // `page<N>:<kind>`
}
