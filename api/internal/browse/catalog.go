package browse

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// ErrOrganizationNotFound says that no organisation has the id.
var ErrOrganizationNotFound = errors.New("organization not found")

// AllSizes is the size filter that lets every organisation through.
const AllSizes = "전체"

const statusWon = "Won"

// MemoTexts reads memos from the snapshot by their places, in the order asked
// for.
type MemoTexts interface {
	MemoTexts(ctx context.Context, rows []int64) ([]crm.MemoText, error)
}

// Options are what a workspace decides.
type Options struct {
	Rules       normalise.Rules
	WonSortYear int // whose won total orders the organisations (spec 02 §1.4)
}

// Catalog answers the browse endpoints of one snapshot. What every request
// needs (indexes, the order of the organisations, owner names) is made once;
// it is safe for concurrent use because nothing changes afterwards.
type Catalog struct {
	rules normalise.Rules
	data  *crm.Dataset
	texts MemoTexts

	sizes         []string
	listed        []int32 // organisations with people or deals, in list order
	organizations crm.Index
	peopleOf      crm.Index // by organisation
	dealsOf       crm.Index // by person
	memosOfDeal   crm.Index
	memosOfPerson crm.Index // on no deal
	memosOfOrg    crm.Index // on neither person nor deal
	ownerNames    map[string]string
}

// New prepares a catalog. Texts is asked for memos later, one request at a
// time.
func New(data *crm.Dataset, texts MemoTexts, o Options) *Catalog {
	c := &Catalog{
		rules: o.Rules, data: data, texts: texts,
		organizations: crm.NewIndex(len(data.Organizations), func(i int) crm.Text { return data.Organizations[i].ID }),
		peopleOf:      crm.NewIndex(len(data.People), func(i int) crm.Text { return data.People[i].OrganizationID }),
		dealsOf:       crm.NewIndex(len(data.Deals), func(i int) crm.Text { return data.Deals[i].PersonID }),
		sizes:         sizes(data),
		ownerNames:    ownerNames(data),
	}
	c.indexMemos()
	c.listOrganizations(o.WonSortYear)
	return c
}

// Sizes returns the sizes that occur, in code-point order, untrimmed; blank
// ones are left out.
func (c *Catalog) Sizes() SizeList { return SizeList{Sizes: c.sizes} }

func sizes(data *crm.Dataset) []string {
	all := []string{}
	seen := map[string]bool{}
	for i := range data.Organizations {
		size := data.Organizations[i].Size.String()
		if normalise.TrimSQL(size) != "" && !seen[size] {
			seen[size] = true
			all = append(all, size)
		}
	}
	slices.Sort(all)
	return all
}

// listOrganizations puts the organisations that have people or deals in the
// order of /api/orgs: won total of the year, then name.
func (c *Catalog) listOrganizations(year int) {
	won := map[string]float64{}
	withDeals := map[string]bool{}
	for i := range c.data.Deals {
		d := &c.data.Deals[i]
		if d.OrganizationID.IsNull() {
			continue
		}
		org := d.OrganizationID.String()
		withDeals[org] = true
		if d.Status.Is(statusWon) && c.rules.InYear(d.ContractDate, year) {
			won[org] += c.rules.SQLNumber(d.Amount)
		}
	}
	for i := range c.data.Organizations {
		id := c.data.Organizations[i].ID
		if withDeals[id.String()] || c.peopleOf.Count(id) > 0 {
			c.listed = append(c.listed, int32(i))
		}
	}
	slices.SortStableFunc(c.listed, func(a, b int32) int {
		x, y := &c.data.Organizations[a], &c.data.Organizations[b]
		return cmp.Or(
			-cmp.Compare(won[x.ID.String()], won[y.ID.String()]),
			x.DisplayName().Compare(y.DisplayName()),
		)
	})
}

// ownerNames maps user ids to names (spec 02 §1.3): from the owner fields of
// organisations, people and deals, the first name seen for an id.
func ownerNames(data *crm.Dataset) map[string]string {
	names := map[string]string{}
	seen := map[*string]bool{} // equal owner fields are one string
	learn := func(field crm.Text) {
		if field.IsNull() || seen[field.Ptr()] {
			return
		}
		seen[field.Ptr()] = true
		owner := normalise.JSON(field)
		id, name := owner.Get("id"), owner.Get("name")
		if id.Kind != normalise.String || id.Falsy() || name.Plain() == "" || name.Falsy() {
			return
		}
		if _, known := names[id.Text]; !known {
			names[id.Text] = name.Plain()
		}
	}
	for i := range data.Organizations {
		learn(data.Organizations[i].Owner)
	}
	for i := range data.People {
		learn(data.People[i].Owner)
	}
	for i := range data.Deals {
		learn(data.Deals[i].Owner)
	}
	return names
}
