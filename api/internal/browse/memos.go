package browse

import (
	"context"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// indexMemos sorts memos into the three lists of spec 02 §1.7. Those of an
// organisation take an empty person or deal id for one, those of a person
// don't: the replaced service did the same.
func (c *Catalog) indexMemos() {
	memos := c.data.Memos
	c.memosOfDeal = crm.NewIndex(len(memos), func(i int) crm.Text { return memos[i].DealID })
	c.memosOfPerson = crm.NewIndex(len(memos), func(i int) crm.Text {
		if normalise.TrimSQL(memos[i].DealID.String()) != "" {
			return crm.Text{}
		}
		return memos[i].PersonID
	})
	c.memosOfOrg = crm.NewIndex(len(memos), func(i int) crm.Text {
		if !memos[i].PersonID.IsNull() || !memos[i].DealID.IsNull() {
			return crm.Text{}
		}
		return memos[i].OrganizationID
	})
}

// OrganizationMemos is GET /api/orgs/{id}/memos, newest first.
func (c *Catalog) OrganizationMemos(ctx context.Context, id string, limit int) (MemoList, error) {
	return c.memos(ctx, c.memosOfOrg.Rows(id), limit)
}

// PersonMemos is GET /api/people/{id}/memos, newest first.
func (c *Catalog) PersonMemos(ctx context.Context, id string, limit int) (MemoList, error) {
	return c.memos(ctx, c.memosOfPerson.Rows(id), limit)
}

// DealMemos is GET /api/deals/{id}/memos, newest first.
func (c *Catalog) DealMemos(ctx context.Context, id string, limit int) (MemoList, error) {
	return c.memos(ctx, c.memosOfDeal.Rows(id), limit)
}

func (c *Catalog) memos(ctx context.Context, rows []int32, limit int) (MemoList, error) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b int32) int {
		return c.data.Memos[b].CreatedAt.Compare(c.data.Memos[a].CreatedAt)
	})
	rows = rows[:min(limit, len(rows))]
	places := make([]int64, len(rows))
	for i, row := range rows {
		places[i] = c.data.Memos[row].Row
	}
	texts, err := c.texts.MemoTexts(ctx, places)
	if err != nil {
		return MemoList{}, err
	}
	list := MemoList{Items: make([]Memo, len(texts))}
	for i, t := range texts {
		list.Items[i] = Memo{
			ID: t.ID.Ptr(), Text: t.Text.Ptr(), HTMLBody: t.HTMLBody.Ptr(), OwnerID: t.OwnerID.Ptr(),
			CreatedAt: t.CreatedAt.Ptr(), UpdatedAt: t.UpdatedAt.Ptr(), OwnerName: c.ownerName(t.OwnerID).Ptr(),
		}
	}
	return list, nil
}

// ownerName falls back to the id where nothing names it.
func (c *Catalog) ownerName(id crm.Text) crm.Text {
	if name, ok := c.ownerNames[id.String()]; ok && !id.IsNull() {
		return crm.NewText(name)
	}
	return id
}
