package dealcheck_test

import (
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/dealcheck"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func before() normalise.Rules    { return normalise.RulesFor(normalise.AsBefore) }
func corrected() normalise.Rules { return normalise.RulesFor(normalise.Corrected) }

// settings are both, in both date modes.
func settings() []normalise.Rules {
	var all []normalise.Rules
	for _, numbers := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		all = append(all, normalise.Rules{Numbers: numbers, Dates: normalise.AsText}, normalise.Rules{Numbers: numbers, Dates: normalise.KST})
	}
	return all
}

func null() crm.Text         { return crm.Text{} }
func text(s string) crm.Text { return crm.NewText(s) }

// noon is a day at noon in Korea.
func noon(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 3, 0, 0, 0, time.UTC)
}

// config is a workspace of two teams on Monday, 5 January 2026: the window
// begins on Monday, 22 December 2025.
func config() dealcheck.Config {
	teams := map[string]normalise.Members{
		"sales1": normalise.NewMembers("가나다", "이두리"), "sales2": normalise.NewMembers("라마바", "박세찌B"),
		"everybody": normalise.NewMembers("가나다", "이두리", "라마바", "박세찌"),
	}
	return dealcheck.Config{
		RetentionYear: 2025, Window: 10,
		Teams: func(key string) (normalise.Members, bool) {
			m, ok := teams[key]
			return m, ok
		},
		Now: func() time.Time { return noon(2026, 1, 5) },
	}
}

// deal is an open deal of sales1.
func deal(id string, change ...func(*crm.Deal)) crm.Deal {
	d := crm.Deal{ID: text(id), Owner: text(`{"name":"가나다"}`), Status: text("SQL")}
	for _, c := range change {
		c(&d)
	}
	return d
}

func owner(s string) func(*crm.Deal)    { return func(d *crm.Deal) { d.Owner = text(s) } }
func created(s string) func(*crm.Deal)  { return func(d *crm.Deal) { d.CreatedDate = text(s) } }
func customer(s string) func(*crm.Deal) { return func(d *crm.Deal) { d.OrganizationID = text(s) } }

func won(contract, expected string) func(*crm.Deal) {
	return func(d *crm.Deal) {
		d.Status, d.ContractDate, d.ExpectedDate = text("Won"), text(contract), text(expected)
	}
}

func lost(day string) func(*crm.Deal) {
	return func(d *crm.Deal) { d.Status, d.LostDate = text("Lost"), text(day) }
}

// bought is a Won deal that is no longer shown.
func bought(customerID, contract, amount string) crm.Deal {
	return deal("w", customer(customerID), func(d *crm.Deal) {
		d.Status, d.ContractDate, d.Amount = text("Won"), text(contract), text(amount)
	})
}

func dataset(deals ...crm.Deal) *crm.Dataset {
	return &crm.Dataset{
		Organizations: []crm.Organization{
			{ID: text("o1"), Name: text("알파산업")}, {ID: text("o2"), Name: text("")}, {ID: text("o3")}, {ID: text("")},
		},
		People: []crm.Person{{
			ID: text("p1"), OrganizationID: text("o1"), Name: text("홍고객"), UpperOrg: text("인사본부"), TeamSignature: text(" 교육팀"),
		}, {ID: text("p2")}},
		Memos: []crm.Memo{{DealID: text("d1")}, {DealID: text("d2")}, {DealID: null()}, {DealID: text("d1")}, {DealID: text("")}},
		Deals: deals, Columns: crmtest.Columns(),
	}
}

func team(tb testing.TB, r *dealcheck.Report, key string) []dealcheck.Item {
	tb.Helper()
	l, err := r.Team(key)
	if err != nil {
		tb.Fatal(err)
	}
	return l.Items
}

func ids(items []dealcheck.Item) string {
	all := make([]string, len(items))
	for i := range items {
		all[i] = items[i].DealID
	}
	return strings.Join(all, " ")
}
