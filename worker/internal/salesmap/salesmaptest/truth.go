package salesmaptest

import (
	"bytes"
	"iter"
)

// Truth gives the records of a list as a perfect crawl must store them: as
// reshaping faults show them, a repeated record once and in its later form, in
// the order of first sight. Each element is a JSON object and belongs to the
// caller. The list is seen as it is when the iteration begins.
func (s *Server) Truth(list string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		view := s.view()
		n, _ := view.Len(list)
		grid := s.pageSize(list)
		if !isPaged(list) {
			grid = max(n, 1)
		}
		page, sh := 0, shapes{}
		for i := range n {
			if p := i/grid + 1; p != page {
				page, sh = p, s.shapesOf(list, p)
			}
			record := reshape(view.AppendRecord(nil, list, i), sh, i%grid)
			if sh.duplicate && i%grid < duplicatedRows {
				later(record)
			}
			if !yield(bytes.Clone(record)) {
				return
			}
		}
	}
}

// records gives the records of a view, each valid until the next.
func records(view View, list string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var buf []byte
		n, _ := view.Len(list)
		for i := range n {
			buf = view.AppendRecord(buf[:0], list, i)
			if !yield(buf) {
				return
			}
		}
	}
}
