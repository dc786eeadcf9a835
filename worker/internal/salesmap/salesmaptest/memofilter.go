package salesmaptest

import (
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// scanLimit is how many memos one filtered request looks at: a page may come
// out short or empty and still lead on (spec 00 "Paging").
const scanLimit = 5000

// memoFilter is what a memo list call may ask for.
type memoFilter struct {
	from, until time.Time
	equal       map[string]string // field to value
	typeID      string
}

func (f *memoFilter) active() bool {
	return !f.from.IsZero() || !f.until.IsZero() || len(f.equal) > 0 || f.typeID != ""
}

// readMemoFilter returns what is wrong, as the service words it, instead of a
// filter.
func readMemoFilter(q url.Values) (f *memoFilter, problem string) {
	f = &memoFilter{equal: map[string]string{}, typeID: q.Get("typeId")}
	for _, key := range []string{"ownerId", "dealId", "leadId", "peopleId", "organizationId"} {
		if value := q.Get(key); value != "" {
			f.equal[key] = value
		}
	}
	var err error
	if f.from, err = readTime(q.Get("startDate")); err != nil {
		return nil, "startDate: 유효하지 않은 날짜입니다."
	}
	if f.until, err = readTime(q.Get("endDate")); err != nil {
		return nil, "endDate: 유효하지 않은 날짜입니다."
	}
	return f, ""
}

// readTime reads a time, or a date, which the service takes for midnight UTC.
func readTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("not a time")
}

func (f *memoFilter) matches(record []byte) bool {
	var memo struct {
		CreatedAt time.Time `json:"createdAt"`
		TypeList  []struct {
			ID string `json:"_id"`
		} `json:"typeList"`
	}
	var fields map[string]any
	if json.Unmarshal(record, &memo) != nil || json.Unmarshal(record, &fields) != nil {
		return false
	}
	if !f.from.IsZero() && memo.CreatedAt.Before(f.from) || !f.until.IsZero() && memo.CreatedAt.After(f.until) {
		return false
	}
	for key, want := range f.equal {
		if fields[key] != want {
			return false
		}
	}
	if f.typeID == "" {
		return true
	}
	for _, t := range memo.TypeList {
		if t.ID == f.typeID {
			return true
		}
	}
	return false
}

// filteredPage renders the next memos that match.
func (s *Server) filteredPage(view View, f *memoFilter, from position, n int) *reply {
	const list = sandboxdata.Memo
	end := min(from.at+scanLimit, n)
	at := from.at
	rows := func(dst []byte) ([]byte, int) {
		var record []byte
		count := 0
		for ; at < end && count < s.pageSize(list); at++ {
			if record = view.AppendRecord(record[:0], list, at); !f.matches(record) {
				continue
			}
			if count > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, record...)
			count++
		}
		return dst, count
	}
	// The cursor is known only once the rows are.
	body, count := rows(nil)
	next := ""
	if at < n {
		next = s.cursor(list, position{at: at})
	}
	return renderPage(nil, list, from.at/s.pageSize(list)+1, func(dst []byte) ([]byte, int) {
		return append(dst, body...), count
	}, next, envelopeV2())
}
