package salesmaptest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// recordReply answers a call for one record. The real service wraps a CRM
// object in a list of one and a memo not, and says 400 for one that is missing.
func (s *Server) recordReply(x *exchange, view View) *reply {
	list := x.target.list
	i, ok := view.Find(list, x.target.id)
	if !ok {
		return failed(http.StatusBadRequest, "Bad Request", "데이터를 찾을 수 없습니다.")
	}
	n, _ := view.Len(list)
	record := s.recordAt(view, list, i, n)
	before, after := "[", "]"
	if list == sandboxdata.Memo {
		before, after = "", ""
	}
	body := fmt.Appendf(nil, `{"success":true,"data":{"%s":%s%s%s}}`, list, before, record, after)
	return &reply{status: http.StatusOK, body: body, records: 1, list: list}
}

// recordAt returns one record in the form that Truth has it.
func (s *Server) recordAt(view View, list string, i, n int) []byte {
	grid := s.pageSize(list)
	sh := s.shapesOf(list, i/grid+1)
	record := reshape(view.AppendRecord(nil, list, i), sh, i%grid)
	if sh.duplicate && i%grid < duplicatedRows && i < n {
		later(record)
	}
	return record
}

// Limits of a search (spec 00 "For later").
const (
	maxFilterGroups  = 3
	maxGroupFilters  = 3
	searchResultName = "이름"
)

type searchBody struct {
	FilterGroupList []struct {
		Filters []searchFilter `json:"filters"`
	} `json:"filterGroupList"`
}

type searchFilter struct {
	FieldName string `json:"fieldName"`
	Operator  string `json:"operator"`
	Value     any    `json:"value"`
}

// searchReply answers a search: groups are alternatives, the filters of one
// must all hold. It understands the operators that a crawler has use for.
func (s *Server) searchReply(x *exchange, view View) *reply {
	bad := func(reason string) *reply { return failed(http.StatusBadRequest, "Bad Request", reason) }
	var body searchBody
	if err := json.Unmarshal(x.body, &body); err != nil {
		return bad("유효하지 않은 요청입니다.")
	}
	if n := len(body.FilterGroupList); n < 1 || n > maxFilterGroups {
		return bad("filterGroupList는 1개 이상 3개 이하여야 합니다.")
	}
	for _, group := range body.FilterGroupList {
		if n := len(group.Filters); n < 1 || n > maxGroupFilters {
			return bad("filters는 1개 이상 3개 이하여야 합니다.")
		}
		for _, f := range group.Filters {
			if reason := f.check(); reason != "" {
				return bad(reason)
			}
		}
	}
	list := x.target.list
	n, _ := view.Len(list)
	from, ok := s.readCursor(list, x.r.URL.Query().Get("cursor"))
	if !ok || from.at > n {
		return badCursor()
	}
	at, count, rows := from.at, 0, []byte(nil)
	for end := min(at+scanLimit, n); at < end && count < s.pageSize(list); at++ {
		var fields map[string]any
		if json.Unmarshal(view.AppendRecord(nil, list, at), &fields) != nil || !body.matches(fields) {
			continue
		}
		if count > 0 {
			rows = append(rows, ',')
		}
		hit, _ := json.Marshal(map[string]any{"id": fields["id"], "name": fields[searchResultName]})
		rows = append(rows, hit...)
		count++
	}
	next := ""
	if at < n {
		next = s.cursor(list, position{at: at})
	}
	return renderPage(nil, list, 0, func(dst []byte) ([]byte, int) {
		return append(dst, rows...), count
	}, next, envelopeSearch())
}

func (b *searchBody) matches(fields map[string]any) bool {
	for _, group := range b.FilterGroupList {
		all := true
		for _, f := range group.Filters {
			all = all && f.matches(fields[f.FieldName])
		}
		if all {
			return true
		}
	}
	return false
}

// check returns what is wrong with a filter, as the service words it.
func (f searchFilter) check() string {
	text, isText := f.Value.(string)
	switch f.Operator {
	case "EXISTS", "NOT_EXISTS", "EQ", "NEQ":
		return ""
	case "CONTAINS", "NOT_CONTAINS":
		if !isText {
			return "Invalid value"
		}
		return ""
	case "DATE_ON_OR_AFTER", "DATE_ON_OR_BEFORE":
		if _, err := readTime(text); !isText || text == "" || err != nil {
			return "Invalid value"
		}
		return ""
	default:
		return "Invalid operator"
	}
}

func (f searchFilter) matches(value any) bool {
	text, _ := value.(string)
	switch f.Operator {
	case "EXISTS":
		return value != nil
	case "NOT_EXISTS":
		return value == nil
	case "EQ":
		return value == f.Value
	case "NEQ":
		return value != f.Value
	case "CONTAINS":
		return strings.Contains(text, f.Value.(string))
	case "NOT_CONTAINS":
		return !strings.Contains(text, f.Value.(string))
	}
	have, err := readTime(text)
	if err != nil || text == "" {
		return false
	}
	bound, err := readTime(f.Value.(string))
	if err != nil {
		return false
	}
	if f.Operator == "DATE_ON_OR_AFTER" {
		return !have.Before(bound)
	}
	return !have.After(bound)
}
