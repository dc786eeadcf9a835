package salesmaptest

import (
	"encoding/json"
	"net/http"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// Limits of v3 calls. Each costs one request of the common quota.
const (
	// MaxV3Limit is how many records one v3 call gives at most.
	MaxV3Limit     = 500
	defaultV3Limit = 50
)

// v3List returns the list of a v3 objectType; v3 knows only the Korean names.
func v3List(objectType string) string {
	switch objectType {
	case "회사":
		return sandboxdata.Organization
	case "고객":
		return sandboxdata.People
	case "딜":
		return sandboxdata.Deal
	case "리드":
		return sandboxdata.Lead
	default:
		return ""
	}
}

type v3Body struct {
	ObjectType string   `json:"objectType"`
	Limit      *int     `json:"limit"`
	Cursor     string   `json:"cursor"`
	IDList     []string `json:"idList"`
}

// v3ListReply answers POST /v3/object/list {"objectType", "limit", "cursor"}
// with {"objectList": […], "nextCursor": …|null}, records as in v2.
func (s *Server) v3ListReply(x *exchange, view View) *reply {
	body, bad := readV3(x)
	if bad != nil {
		return bad
	}
	list := x.entry.List
	limit := defaultV3Limit
	if body.Limit != nil {
		limit = *body.Limit
	}
	if limit < 1 || limit > MaxV3Limit {
		return failed(http.StatusBadRequest, "Validation failed", "limit은 1 이상 500 이하여야 합니다.")
	}
	n, _ := view.Len(list)
	x.entry.Cursor = body.Cursor
	from, ok := s.readCursor(list, body.Cursor)
	if !ok || from.at > n {
		return badCursor()
	}
	return s.page(view, list, from, limit, n, envelopeV3())
}

// v3ReadReply answers POST /v3/object/read {"objectType", "idList"} with
// {"objectList": […]}; ids that do not exist are left out.
func (s *Server) v3ReadReply(x *exchange, view View) *reply {
	body, bad := readV3(x)
	if bad != nil {
		return bad
	}
	if len(body.IDList) < 1 || len(body.IDList) > MaxV3Limit {
		return failed(http.StatusBadRequest, "Validation failed", "idList는 1개 이상 500개 이하여야 합니다.")
	}
	list := x.entry.List
	n, _ := view.Len(list)
	r := &reply{status: http.StatusOK, list: list, body: []byte(`{"objectList":[`)}
	for _, id := range body.IDList {
		i, ok := view.Find(list, id)
		if !ok {
			continue
		}
		if r.records > 0 {
			r.body = append(r.body, ',')
		}
		r.body = append(r.body, s.recordAt(view, list, i, n)...)
		r.records++
	}
	r.body = append(r.body, `]}`...)
	return r
}

func readV3(x *exchange) (v3Body, *reply) {
	var body v3Body
	if err := json.Unmarshal(x.body, &body); err != nil {
		return body, failed(http.StatusBadRequest, "Validation failed", "유효하지 않은 요청입니다.")
	}
	x.entry.List = v3List(body.ObjectType)
	if x.entry.List == "" {
		return body, failed(http.StatusBadRequest, "Validation failed", "지원하지 않는 오브젝트 유형입니다.")
	}
	return body, nil
}
