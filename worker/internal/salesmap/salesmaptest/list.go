package salesmaptest

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"net/http"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// pageSize returns how many records a page of a list holds.
func (s *Server) pageSize(list string) int {
	if list == sandboxdata.Lead {
		return s.opts.LeadPageSize
	}
	return s.opts.PageSize
}

// position is what a cursor says: where the next page begins, and whether an
// empty page was shown there before.
type position struct {
	at       int
	afterGap bool
}

// cursor layout before encoding: epoch, list, position, gap.
const (
	cursorBytes  = 14
	cursorVeil   = 0x5a
	cursorGapBit = 1
)

// cursor writes a position as text that says nothing to people.
func (s *Server) cursor(list string, p position) string {
	var raw [cursorBytes]byte
	raw[0] = s.currentEpoch()
	binary.BigEndian.PutUint32(raw[1:], crc32.ChecksumIEEE([]byte(list)))
	binary.BigEndian.PutUint64(raw[5:], uint64(p.at))
	if p.afterGap {
		raw[13] = cursorGapBit
	}
	for i := range raw {
		raw[i] ^= cursorVeil + byte(i)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// readCursor is the opposite; ok is false for what this server did not give for
// this list. No cursor is the beginning.
func (s *Server) readCursor(list, text string) (p position, ok bool) {
	if text == "" {
		return position{}, true
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != cursorBytes {
		return position{}, false
	}
	for i := range raw {
		raw[i] ^= cursorVeil + byte(i)
	}
	at := binary.BigEndian.Uint64(raw[5:])
	if raw[0] != s.currentEpoch() || binary.BigEndian.Uint32(raw[1:]) != crc32.ChecksumIEEE([]byte(list)) || at > 1<<40 {
		return position{}, false
	}
	return position{at: int(at), afterGap: raw[13] == cursorGapBit}, true
}

func (s *Server) currentEpoch() byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.epoch
}

func badCursor() *reply {
	return failed(http.StatusBadRequest, "Bad Request", "유효하지 않은 커서입니다.")
}

// listReply answers a v2 list call.
func (s *Server) listReply(x *exchange, view View) *reply {
	list := x.target.list
	n, ok := view.Len(list)
	if !ok {
		if isSubmissions(list) {
			return &reply{status: http.StatusBadRequest, body: []byte(`{"error":"Invalid request"}`)}
		}
		n = 0
	}
	if !isPaged(list) {
		return s.page(view, list, position{}, n, n, envelopeV2())
	}
	from, ok := s.readCursor(list, x.r.URL.Query().Get("cursor"))
	if !ok || from.at > n {
		return badCursor()
	}
	if list == sandboxdata.Memo {
		filter, problem := readMemoFilter(x.r.URL.Query())
		if problem != "" {
			return failed(http.StatusBadRequest, "Bad Request", problem)
		}
		if filter.active() {
			return s.filteredPage(view, filter, from, n)
		}
	}
	return s.page(view, list, from, s.pageSize(list), n, envelopeV2())
}

// page renders the page of a list of n records that begins at a position and
// holds at most size records.
func (s *Server) page(view View, list string, from position, size, n int, e envelope) *reply {
	to, gap := s.shapedEnd(list, from, size, n)
	return renderPage(s.bodies.get(), list, from.at/max(size, 1)+1, func(dst []byte) ([]byte, int) {
		if gap {
			return dst, 0
		}
		return s.appendShaped(dst, view, list, from.at, to, n)
	}, s.nextCursor(list, from, to, n, gap), e)
}

// nextCursor returns what leads on from a page, or "" at the end.
func (s *Server) nextCursor(list string, from position, to, n int, gap bool) string {
	switch {
	case !isPaged(list):
		return ""
	case gap:
		return s.cursor(list, position{at: from.at, afterGap: true})
	case to < n:
		return s.cursor(list, position{at: to})
	default:
		return ""
	}
}

// envelope is how a version of the API wraps a list.
type envelope struct {
	open, tail        string
	listKey           func(list string) string
	cursorKey         func(list string) string
	endsWithoutCursor func(list string) bool
}

func envelopeV2() envelope {
	return envelope{`{"success":true,"data":{`, `}}`, listKey, cursorKey, endsWithoutCursor}
}

// envelopeV3 wraps nothing: v3 answers without the envelope.
func envelopeV3() envelope {
	always := func(s string) func(string) string { return func(string) string { return s } }
	return envelope{`{`, `}`, always("objectList"), always("nextCursor"), func(string) bool { return false }}
}

// envelopeSearch is the v2 one with the list key of searches.
func envelopeSearch() envelope {
	e := envelopeV3()
	v2 := envelopeV2()
	e.open, e.tail = v2.open, v2.tail
	return e
}

// renderPage wraps records into the empty body. Everything but the next cursor can be made anew
// with another cursor, which is what a cursor loop is.
func renderPage(body []byte, list string, page int, records func([]byte) ([]byte, int), next string, e envelope) *reply {
	r := &reply{status: http.StatusOK, page: page, list: list, body: body}
	r.body = append(append(append(r.body, e.open...), '"'), e.listKey(list)...)
	r.body = append(r.body, `":[`...)
	r.body, r.records = records(r.body)
	r.body = append(r.body, ']')
	whole := len(r.body)
	closeWith := func(body []byte, cursor string) []byte {
		switch {
		case cursor != "":
			body = append(append(append(body, `,"`...), e.cursorKey(list)...), `":"`...)
			body = append(append(body, cursor...), '"')
		case isPaged(list) && !e.endsWithoutCursor(list):
			body = append(append(append(body, `,"`...), e.cursorKey(list)...), `":null`...)
		}
		return append(body, e.tail...)
	}
	r.body = closeWith(r.body, next)
	r.remake = func(cursor string) *reply {
		again := *r
		again.body = closeWith(r.body[:whole:whole], cursor)
		return &again
	}
	return r
}
