package salesmaptest

import (
	"net/http"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

const (
	// BasePath is the path of the v2 API on a server; clients are configured
	// with scheme, host and this.
	BasePath = "/api/v2"
	// v3Path is the path of the v3 API.
	v3Path = "/api/v3"
)

type kind uint8

const (
	kindUnknown kind = iota
	kindList
	kindRecord
	kindSearch
	kindV3List
	kindV3Read
)

// target is what a request asks for.
type target struct {
	kind kind
	list string // empty for v3, where the body says it
	id   string // kindRecord
}

func (t target) v3() bool { return t.kind == kindV3List || t.kind == kindV3Read }

// route reads a path. What it does not know is answered with an HTML page.
func route(method, path string) target {
	if rest, ok := strings.CutPrefix(path, v3Path+"/object/"); ok && method == http.MethodPost {
		switch rest {
		case "list":
			return target{kind: kindV3List}
		case "read":
			return target{kind: kindV3Read}
		}
		return target{}
	}
	rest, ok := strings.CutPrefix(path, BasePath+"/")
	if !ok {
		return target{}
	}
	parts := strings.Split(rest, "/")
	switch {
	case method == http.MethodPost && len(parts) == 3 && parts[0] == "object" && parts[2] == "search" && isObject(parts[1]):
		return target{kind: kindSearch, list: parts[1]}
	case method != http.MethodGet:
		return target{}
	case len(parts) == 1 && listKey(parts[0]) != "":
		return target{kind: kindList, list: parts[0]}
	case len(parts) == 2 && (isObject(parts[0]) || parts[0] == sandboxdata.Memo):
		return target{kind: kindRecord, list: parts[0], id: parts[1]}
	case len(parts) == 3 && parts[0] == sandboxdata.WebForm && parts[2] == "submit":
		return target{kind: kindList, list: sandboxdata.Submissions(parts[1])}
	default:
		return target{}
	}
}

// isObject tells which lists hold CRM objects, which can be searched and read.
func isObject(list string) bool {
	switch list {
	case sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead:
		return true
	default:
		return false
	}
}

// isSubmissions tells whether a list holds the submissions of a form.
func isSubmissions(list string) bool { return strings.HasPrefix(list, sandboxdata.WebForm+"/") }

// listKey returns the key of a list in "data", or "" for no list at all.
func listKey(list string) string {
	switch list {
	case sandboxdata.Organization, sandboxdata.People, sandboxdata.Deal, sandboxdata.Lead, sandboxdata.Memo,
		sandboxdata.User, sandboxdata.Team, sandboxdata.WebForm:
		return list + "List"
	}
	if isSubmissions(list) {
		return "webFormSubmitList"
	}
	return ""
}

// isPaged tells which lists come in pages; the others come whole.
func isPaged(list string) bool {
	switch list {
	case sandboxdata.User, sandboxdata.Team, sandboxdata.WebForm:
		return false
	default:
		return true
	}
}

// cursorKey returns how the next cursor is spelled: the vendor's own reference
// has a typing error for deal and lead (spec 00 "Paging").
func cursorKey(list string) string {
	if list == sandboxdata.Deal || list == sandboxdata.Lead {
		return "nextCurosr"
	}
	return "nextCursor"
}

// endsWithoutCursor tells which lists leave the key out on the last page; the
// others say null.
func endsWithoutCursor(list string) bool {
	return list == sandboxdata.People || list == sandboxdata.Lead
}
