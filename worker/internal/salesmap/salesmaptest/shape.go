package salesmaptest

import (
	"bytes"
	"iter"
)

const (
	// duplicatedRows are shown twice by ActionDuplicateRows.
	duplicatedRows = 3
	// Of every idlessEvery records ActionMissingIDs strips one. It never is one
	// of those that are duplicated: without an id a copy would be a new record.
	idlessEvery = 7
	idlessAt    = 3
)

// shapes tells how faults reshape one page of a list.
type shapes struct {
	duplicate, idless, late, colliding, empty, short bool
}

// reshapes tells whether any fault reshapes records of a list.
func (s *Server) reshapes(list string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		if s.faults[i].Action.Reshapes() && s.faults[i].matchesList(list) {
			return true
		}
	}
	return false
}

// shapesOf collects the reshaping faults of a page.
func (s *Server) shapesOf(list string, page int) (sh shapes) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.Page != page || !f.matchesList(list) {
			continue
		}
		switch f.Action {
		case ActionDuplicateRows:
			sh.duplicate = true
		case ActionMissingIDs:
			sh.idless = true
		case ActionLateColumns:
			sh.late = true
		case ActionCollidingColumns:
			sh.colliding = true
		case ActionEmptyPage:
			sh.empty = true
		case ActionShortPage:
			sh.short = true
		default:
		}
	}
	return sh
}

// shapedEnd returns where a page that begins at a position ends, and whether an
// empty page is shown instead of it.
func (s *Server) shapedEnd(list string, from position, size, n int) (to int, gap bool) {
	to = min(from.at+size, n)
	if !isPaged(list) {
		return to, false
	}
	grid := s.pageSize(list) // by which faults count pages, whatever a v3 call asks for
	page, offset := from.at/grid+1, from.at%grid
	sh := s.shapesOf(list, page)
	if sh.empty && offset == 0 && !from.afterGap {
		return from.at, true
	}
	half := (grid + 1) / 2
	switch {
	case sh.short && offset == 0:
		to = min(to, from.at+half)
	case sh.short && offset == half && size == grid:
		to = min(to, page*grid) // back onto the grid
	}
	return to, false
}

// appendShaped appends the records from … to-1 of a list of n as faults reshape
// them, separated by commas, and returns how many they are.
func (s *Server) appendShaped(dst []byte, view View, list string, from, to, n int) ([]byte, int) {
	if !s.reshapes(list) {
		for i := from; i < to; i++ {
			if i > from {
				dst = append(dst, ',')
			}
			dst = view.AppendRecord(dst, list, i)
		}
		return dst, to - from
	}
	count := 0
	for record := range s.shaped(view, list, from, to, n) {
		if count > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, record.json...)
		count++
	}
	return dst, count
}

// shapedRecord is a record as the server shows it. copyOf tells that it is a
// later copy of another record, and of which.
type shapedRecord struct {
	json   []byte // valid until the next one
	isCopy bool
	index  int
}

// shaped shows records from … to-1 as faults reshape them. The copies of a
// page's first rows come at the start of the page after it, or at the end of
// the last page.
func (s *Server) shaped(view View, list string, from, to, n int) iter.Seq[shapedRecord] {
	return func(yield func(shapedRecord) bool) {
		var buf []byte
		grid := s.pageSize(list)
		if !isPaged(list) {
			grid = max(n, 1)
		}
		sh, shPage := shapes{}, 0
		record := func(i int, isCopy bool) bool {
			buf = view.AppendRecord(buf[:0], list, i)
			buf = reshape(buf, sh, i%grid)
			if isCopy {
				later(buf)
			}
			return yield(shapedRecord{json: buf, isCopy: isCopy, index: i})
		}
		copies := func(page int) bool {
			sh, shPage = s.shapesOf(list, page), page
			if !sh.duplicate {
				return true
			}
			for i := (page - 1) * grid; i < min((page-1)*grid+duplicatedRows, n); i++ {
				if !record(i, true) {
					return false
				}
			}
			return true
		}
		for i := from; i < to; i++ {
			page := i/grid + 1
			if i%grid == 0 && page > 1 && !copies(page-1) {
				return
			}
			if page != shPage {
				sh, shPage = s.shapesOf(list, page), page
			}
			if !record(i, false) {
				return
			}
			if i == n-1 && !copies(page) {
				return
			}
		}
	}
}

// reshape applies a page's faults to one record.
func reshape(record []byte, sh shapes, offset int) []byte {
	if sh.idless && offset%idlessEvery == idlessAt {
		record = withoutID(record)
	}
	if sh.late {
		record = withFields(record, `"늦게 온 \"글\"":"값 '작은' \"큰\" 따옴표","늦게 온 수":1234567890123456789,`+
			`"늦게 온 소수":0.5,"늦게 온 여부":true,"늦게 온 객체":{"id":"x-1","name":"이름"},`+
			`"늦게 온 목록":["가",null,{"a":[1,2.0,1e3]}],"늦게 온 [괄호] %/;--":null`)
	}
	if sh.colliding {
		record = withFields(record, `"Mixed Case":"first","mixed case":"second","ID":"not the key"`)
	}
	return record
}

// withFields adds members to a JSON object.
func withFields(record []byte, members string) []byte {
	record = append(record[:len(record)-1], ',')
	record = append(record, members...)
	return append(record, '}')
}

// withoutID removes the id, which stands first.
func withoutID(record []byte) []byte {
	if !bytes.HasPrefix(record, []byte(`{"id":"`)) {
		return record
	}
	end := bytes.IndexByte(record[len(`{"id":"`):], ',')
	if end < 0 {
		return record
	}
	rest := record[len(`{"id":"`)+end+1:]
	return record[:1+copy(record[1:], rest)]
}

// later makes a record one that was changed a moment afterwards, if it tells
// when it was changed: the milliseconds of that time become 999.
func later(record []byte) {
	for _, key := range []string{`"수정 날짜":"`, `"updatedAt":"`} {
		at := bytes.Index(record, []byte(key))
		if at < 0 {
			continue
		}
		value := record[at+len(key):]
		const millis = len("2006-01-02T15:04:05.")
		if len(value) > millis+4 && value[millis-1] == '.' {
			copy(value[millis:], "999")
		}
		return
	}
}
