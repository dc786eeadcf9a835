package initialdata

import (
	"context"
	"fmt"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// memoBatch is how many memos are in memory at once.
const memoBatch = 500

// about says what a memo belongs to.
type about int

const (
	aboutDeal about = iota
	aboutPerson
	aboutOrganization
	aboutNothing
)

// subject is the first id of deal, person and organisation that isn't empty.
func subject(m *crm.Memo) (what about, id string) {
	switch {
	case m.DealID.String() != "":
		return aboutDeal, m.DealID.String()
	case m.PersonID.String() != "":
		return aboutPerson, m.PersonID.String()
	case m.OrganizationID.String() != "":
		return aboutOrganization, m.OrganizationID.String()
	default:
		return aboutNothing, ""
	}
}

// memoPlaces sorts the memos by what they belong to and its id, in snapshot
// order.
func (r *Report) memoPlaces() [aboutNothing + 1][]int32 {
	var places [aboutNothing + 1][]int32
	for _, row := range ordered(len(r.data.Memos), func(a, b int32) int {
		_, x := subject(&r.data.Memos[a])
		_, y := subject(&r.data.Memos[b])
		return strings.Compare(x, y)
	}) {
		what, _ := subject(&r.data.Memos[row])
		places[what] = append(places[what], row)
	}
	return places
}

// memos writes the memos of each subject.
func (r *Report) memos(ctx context.Context, p *printer, rows []int32) error {
	open := ""
	p.begin('{')
	for from := 0; from < len(rows); from += memoBatch {
		batch := rows[from:min(from+memoBatch, len(rows))]
		numbers := make([]int64, len(batch))
		for i, row := range batch {
			numbers[i] = r.data.Memos[row].Row
		}
		texts, err := r.texts.MemoTexts(ctx, numbers)
		if err != nil {
			return fmt.Errorf("memos: %w", err)
		}
		for i, row := range batch {
			m := &r.data.Memos[row]
			if _, id := subject(m); id != open {
				if open != "" {
					p.end(']')
				}
				open = id
				p.key(id)
				p.begin('[')
			}
			memo(p, m, &texts[i])
		}
		if p.err != nil {
			return p.err
		}
	}
	if open != "" {
		p.end(']')
	}
	p.end('}')
	return nil
}

func memo(p *printer, m *crm.Memo, t *crm.MemoText) {
	p.item('{')
	p.text("id", t.ID)
	p.text("dealId", m.DealID)
	p.text("peopleId", m.PersonID)
	p.text("organizationId", m.OrganizationID)
	p.text("text", t.Text)
	p.text("createdAt", t.CreatedAt)
	p.text("updatedAt", t.UpdatedAt)
	p.text("ownerId", t.OwnerID)
	p.text("htmlBody", t.HTMLBody)
	p.end('}')
}
