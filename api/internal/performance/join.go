package performance

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// none stands for a row that a join didn't find.
const none = -1

// Entry is a deal joined with its person and its organisation.
type Entry struct {
	// OrganizationID is the id of the organisation that the deal belongs to by
	// the join's rule, NULL for none; there may be no such organisation.
	OrganizationID crm.Text

	deal, person, organization int32
}

// Entries returns the deals in snapshot order, joined with their people and,
// by the rule, with organisations (spec 03 §0.2). Corrected rules have one
// organisation rule and every deal id once; otherwise an id that several
// people or organisations share multiplies the deals that refer to it, as a
// left join does.
func (b *Book) Entries(rule normalise.OrgRule) []Entry {
	if b.Rules.OnePerformanceOrganization() {
		rule = normalise.DealsOrgElseTrim
	}
	return b.joins[rule]
}

// Deal returns an entry's deal.
func (b *Book) Deal(e *Entry) *crm.Deal { return &b.Data.Deals[e.deal] }

// Facts returns what the cells of an entry's deal mean.
func (b *Book) Facts(e *Entry) *Facts { return &b.facts[e.deal] }

// Person returns an entry's person, one without cells if there is none.
func (b *Book) Person(e *Entry) *crm.Person {
	if e.person == none {
		return &crm.Person{}
	}
	return &b.Data.People[e.person]
}

// Organization returns an entry's organisation; nil if there is none.
func (b *Book) Organization(e *Entry) *crm.Organization {
	if e.organization == none {
		return nil
	}
	return &b.Data.Organizations[e.organization]
}

// OrganizationName is the organisation's name or, where that is NULL or there
// is no such organisation, the id; it may be NULL.
func (b *Book) OrganizationName(e *Entry) crm.Text {
	if o := b.Organization(e); o != nil {
		return o.Name.Or(e.OrganizationID)
	}
	return e.OrganizationID
}

// OrganizationLabel is OrganizationName for views that show no empty name: the
// id stands in for one, and `-` for an empty id (spec 03 §1.1, §4.4).
func (b *Book) OrganizationLabel(e *Entry) string {
	if name := b.OrganizationName(e).String(); name != "" {
		return name
	}
	if id := e.OrganizationID.String(); id != "" {
		return id
	}
	return "-"
}

func (b *Book) join() {
	j := joiner{
		book:          b,
		people:        crm.NewIndex(len(b.Data.People), func(i int) crm.Text { return b.Data.People[i].ID }),
		organizations: crm.NewIndex(len(b.Data.Organizations), func(i int) crm.Text { return b.Data.Organizations[i].ID }),
		seen:          make(map[string]struct{}, len(b.Data.Deals)),
	}
	b.joins = map[normalise.OrgRule][]Entry{}
	if b.Rules.OnePerformanceOrganization() {
		b.joins[normalise.DealsOrgElseTrim] = j.entries(normalise.DealsOrgElseTrim)
		return
	}
	for _, rule := range []normalise.OrgRule{normalise.DealsOrg, normalise.DealsOrgElseTrim} {
		b.joins[rule] = j.entries(rule)
	}
}

type joiner struct {
	book                  *Book
	people, organizations crm.Index
	seen                  map[string]struct{} // deal ids, under corrected rules
}

func (j *joiner) entries(rule normalise.OrgRule) []Entry {
	once := j.book.Rules.DealsCountOnce()
	entries := make([]Entry, 0, len(j.book.Data.Deals))
	nobody := []int32{none}
	for i := range j.book.Data.Deals {
		d := &j.book.Data.Deals[i]
		if once && j.repeated(d.ID) {
			continue
		}
		people := nobody
		if rows := j.people.Rows(d.PersonID.String()); len(rows) > 0 && !d.PersonID.IsNull() {
			people = rows
		}
		for _, person := range people {
			e := Entry{deal: int32(i), person: person}
			e.OrganizationID = j.organizationID(rule, d, person)
			organizations := nobody
			if rows := j.organizations.Rows(e.OrganizationID.String()); len(rows) > 0 && !e.OrganizationID.IsNull() {
				organizations = rows
			}
			for _, e.organization = range organizations {
				entries = append(entries, e)
				if once {
					break
				}
			}
			if once {
				break
			}
		}
	}
	return entries
}

// repeated reports whether the id was seen before. NULL is no id, so deals
// without one are all different.
func (j *joiner) repeated(id crm.Text) bool {
	if id.IsNull() {
		return false
	}
	_, known := j.seen[id.String()]
	j.seen[id.String()] = struct{}{}
	return known
}

// organizationID applies the rule. The rule that falls back to the person also
// takes the spaces around an id for none (`NULLIF(TRIM(…), ”)`).
func (j *joiner) organizationID(rule normalise.OrgRule, d *crm.Deal, person int32) crm.Text {
	var ofPerson crm.Text
	if person != none {
		ofPerson = j.book.Data.People[person].OrganizationID
	}
	id := normalise.OrganizationID(rule, d.OrganizationID, ofPerson)
	if rule != normalise.DealsOrgElseTrim || id.IsNull() {
		return id
	}
	if trimmed := normalise.TrimSQL(id.String()); len(trimmed) < len(id.String()) {
		return crm.NewText(trimmed)
	}
	return id
}

// LostForGood reports whether an entry's deal is Lost or Convert under rules
// by which such a deal counts neither as confirmed nor as high, whatever its
// probability still says (spec 03 P4).
func (b *Book) LostForGood(e *Entry) bool {
	if !b.Rules.LostIsNeverConfirmed() {
		return false
	}
	s := b.Facts(e).Status
	return s == normalise.StatusLost || s == normalise.StatusConvert
}
