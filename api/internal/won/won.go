// Package won tells what an organisation bought and from whom one heard of it:
// the Won summary by upper organisation (spec 02 §2), the groups of people and
// deals behind it (§3), their compact form (§4), and a dossier of that in
// Markdown (§5).
//
// Money is won. The texts of memos stay in the file until an organisation is
// asked for.
package won

import (
	"context"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

const statusWon = "Won"

// Config is what a workspace decides.
type Config struct {
	Years  []int          // of Won totals, ascending; at least one
	Forms  memotext.Forms // what memos written by web forms look like
	Online normalise.FormatSet
}

// MemoTexts reads memos from the snapshot by their places, in the order asked
// for.
type MemoTexts interface {
	MemoTexts(ctx context.Context, rows []int64) ([]crm.MemoText, error)
}

// Report answers from one snapshot. Nothing in it changes after New, so any
// number of requests may share it.
type Report struct {
	config  Config
	rules   normalise.Rules
	data    *crm.Dataset
	texts   MemoTexts
	cleaner *memotext.Cleaner

	organizations crm.Index
	people        crm.Index
	peopleOf      crm.Index // by organisation, as are the next two
	dealsOf       crm.Index
	memosOf       crm.Index
	submissionsOf crm.Index // by person
}

// New prepares a report. Texts is asked for memos later, one request at a time.
func New(data *crm.Dataset, texts MemoTexts, rules normalise.Rules, config Config) *Report {
	return &Report{
		config: config, rules: rules, data: data, texts: texts, cleaner: memotext.NewCleaner(config.Forms),
		organizations: crm.NewIndex(len(data.Organizations), func(i int) crm.Text { return data.Organizations[i].ID }),
		people:        crm.NewIndex(len(data.People), func(i int) crm.Text { return data.People[i].ID }),
		peopleOf:      crm.NewIndex(len(data.People), func(i int) crm.Text { return data.People[i].OrganizationID }),
		dealsOf:       crm.NewIndex(len(data.Deals), func(i int) crm.Text { return data.Deals[i].OrganizationID }),
		memosOf:       crm.NewIndex(len(data.Memos), func(i int) crm.Text { return data.Memos[i].OrganizationID }),
		submissionsOf: crm.NewIndex(len(data.Submissions), func(i int) crm.Text { return data.Submissions[i].PersonID }),
	}
}

// require returns a *crm.MissingError where the snapshot lacks what totals are
// made of. Everything else reads as empty.
func (r *Report) require() error {
	return r.data.Require(snapshot.TableDeal, field.Status, field.ContractDate, field.Amount)
}

// yearPlace returns a year's place in the configured ones, false if it is none
// of them.
func (r *Report) yearPlace(year int) (place int, ok bool) {
	for i, y := range r.config.Years {
		if y == year {
			return i, true
		}
	}
	return 0, false
}

// anyone is the person with an id, whatever organisation it belongs to; nil if
// there is none.
func (r *Report) anyone(id crm.Text) *crm.Person {
	if id.IsNull() {
		return nil
	}
	row, ok := r.people.First(id.String())
	if !ok {
		return nil
	}
	return &r.data.People[row]
}

// upperOf and teamOf are what people are grouped by; nobody has neither.
func upperOf(p *crm.Person) string {
	if p == nil {
		return normalise.NotEntered
	}
	return normalise.TextTrimmed(p.UpperOrg)
}

func teamOf(p *crm.Person) string {
	if p == nil {
		return normalise.NotEntered
	}
	return normalise.TextTrimmed(p.TeamSignature)
}
