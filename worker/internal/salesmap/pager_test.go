package salesmap_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// lister answers by cursor.
type lister func(cursor string) (salesmap.Answer, error)

func (l lister) List(_ context.Context, _ salesmap.Endpoint, cursor string) (salesmap.Answer, error) {
	return l(cursor)
}

func rows(texts ...string) []record.Record {
	var records []record.Record
	for _, text := range texts {
		records = append(records, record.Record{Fields: []record.Field{{Name: "id", Text: text}}})
	}
	return records
}

func anonymousRows(texts ...string) []record.Record {
	records := rows(texts...)
	for i := range records {
		records[i].Fields[0].Name = "label"
	}
	return records
}

// chain is a list of pages with the cursors "1", "2", ….
func chain(pages ...[]record.Record) lister {
	return func(cursor string) (salesmap.Answer, error) {
		i, _ := strconv.Atoi(cursor)
		a := salesmap.Answer{Records: pages[i], Requests: 1}
		if i+1 < len(pages) {
			a.NextCursor = strconv.Itoa(i + 1)
		}
		return a, nil
	}
}

func TestPager_EmptyPagesOnTheWay(t *testing.T) {
	pages := make([][]record.Record, salesmap.MaxEmptyPages+2)
	pages[0], pages[len(pages)-1] = rows("a"), rows("b")
	got, err := readAll(t, chain(pages...), endpoint(t, "deal"), "")
	if err != nil || len(got) != 2 {
		t.Errorf("%v, err %v", got, err)
	}
}

func TestPager_EmptyLastPage(t *testing.T) {
	pages := make([][]record.Record, salesmap.MaxEmptyPages+1) // all empty, and then it ends
	if got, err := readAll(t, chain(pages...), endpoint(t, "deal"), ""); err != nil || len(got) != 0 {
		t.Errorf("%v, err %v", got, err)
	}
}

func TestPager_EndlessEmptyPages(t *testing.T) {
	calls := 0
	l := lister(func(string) (salesmap.Answer, error) {
		calls++
		return salesmap.Answer{NextCursor: strconv.Itoa(calls), Requests: 1}, nil
	})
	_, err := readAll(t, l, endpoint(t, "deal"), "")
	if salesmap.KindOf(err) != salesmap.KindEmptyPages || calls != salesmap.MaxEmptyPages+1 {
		t.Errorf("err = %v after %d calls", err, calls)
	}
}

func TestPager_Loops(t *testing.T) {
	for _, tt := range []struct {
		name  string
		start string
		next  map[string]string
		calls int
	}{
		{"to itself", "", map[string]string{"": "a", "a": "a"}, 2},
		{"of two", "", map[string]string{"": "a", "a": "b", "b": "a"}, 3},
		{"to where it was resumed", "r", map[string]string{"r": "a", "a": "r"}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			l := lister(func(cursor string) (salesmap.Answer, error) {
				calls++
				return salesmap.Answer{Records: rows(strconv.Itoa(calls)), NextCursor: tt.next[cursor], Requests: 1}, nil
			})
			_, err := readAll(t, l, endpoint(t, "deal"), tt.start)
			e, ok := errors.AsType[*salesmap.Error](err)
			if !ok || e.Kind != salesmap.KindCursorLoop || calls != tt.calls {
				t.Errorf("err = %v after %d calls, want cursor_loop after %d", err, calls, tt.calls)
			}
		})
	}
}

func TestPager_RepeatedPages(t *testing.T) {
	t.Run("records with ids do no harm", func(t *testing.T) {
		got, err := readAll(t, chain(rows("a", "b"), rows("a", "b"), rows("c")), endpoint(t, "deal"), "")
		if err != nil || len(got) != 5 {
			t.Errorf("%v, err %v", got, err)
		}
	})
	t.Run("records without would be stored twice", func(t *testing.T) {
		_, err := readAll(t, chain(anonymousRows("a", "b"), rows("x"), anonymousRows("a", "b")), endpoint(t, "deal"), "")
		if salesmap.KindOf(err) != salesmap.KindCursorLoop {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("different records without ids are different pages", func(t *testing.T) {
		got, err := readAll(t, chain(anonymousRows("a", "b"), anonymousRows("ab"), anonymousRows("b", "a")), endpoint(t, "deal"), "")
		if err != nil || len(got) != 5 {
			t.Errorf("%v, err %v", got, err)
		}
	})
}

func TestPager_SingleListIgnoresCursor(t *testing.T) {
	calls := 0
	l := lister(func(string) (salesmap.Answer, error) {
		calls++
		return salesmap.Answer{Records: rows("a"), NextCursor: "more"}, nil
	})
	got, err := readAll(t, l, endpoint(t, "user"), "")
	if err != nil || len(got) != 1 || calls != 1 {
		t.Errorf("%v after %d calls, err %v", got, calls, err)
	}
}
