package won

import (
	"context"
	"fmt"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
)

// memo is a memo after cleaning (spec 02 §3.3).
type memo struct {
	date      string // N-DATE
	createdAt crm.Text
	text      crm.Text        // NULL also if fields take its place
	fields    memotext.Fields // of a cleaned form
	html      crm.Text
}

func (m *memo) cleaned() bool { return m.fields != nil }

// memos are those of an organisation by what they are about, in snapshot order.
type memos struct {
	organization  []memo
	people, deals map[string][]memo
}

// readMemos reads the memos with an organisation's id. One on a deal or person
// without the organisation's id is not among them.
func (r *Report) readMemos(ctx context.Context, organizationID string) (memos, error) {
	all := memos{people: map[string][]memo{}, deals: map[string][]memo{}}
	rows := r.memosOf.Rows(organizationID)
	places := make([]int64, len(rows))
	for i, row := range rows {
		places[i] = r.data.Memos[row].Row
	}
	texts, err := r.texts.MemoTexts(ctx, places)
	if err != nil {
		return memos{}, fmt.Errorf("memos of an organisation: %w", err)
	}
	for i, row := range rows {
		fields, outcome := r.cleaner.Clean(texts[i].Text)
		if outcome == memotext.Drop {
			continue
		}
		at := &r.data.Memos[row]
		m := memo{date: r.rules.DateOnly(at.CreatedAt), createdAt: at.CreatedAt, fields: fields, html: texts[i].HTMLBody}
		if outcome == memotext.KeepRaw {
			m.text = texts[i].Text
		}
		switch {
		case at.DealID.String() != "":
			all.deals[at.DealID.String()] = append(all.deals[at.DealID.String()], m)
		case at.PersonID.String() != "":
			all.people[at.PersonID.String()] = append(all.people[at.PersonID.String()], m)
		default:
			all.organization = append(all.organization, m)
		}
	}
	return all, nil
}

func memoItems(list []memo) []Memo {
	items := make([]Memo, len(list))
	for i := range list {
		m := &list[i]
		items[i] = Memo{Date: m.date, HTMLBody: m.html.Ptr(), CreatedAt: m.createdAt.Ptr(), Fields: m.fields}
		if !m.cleaned() {
			items[i].Text = &RawText{m.text}
		}
	}
	return items
}
