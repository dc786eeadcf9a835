package won_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/won"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// cell is a cell; "NULL" is NULL.
func cell(s string) crm.Text {
	if s == "NULL" {
		return crm.Text{}
	}
	return crm.NewText(s)
}

// texts are memos by their place.
type texts map[int64]crm.MemoText

func (x texts) MemoTexts(_ context.Context, rows []int64) ([]crm.MemoText, error) {
	all := make([]crm.MemoText, len(rows))
	for i, row := range rows {
		t, ok := x[row]
		if !ok {
			return nil, fmt.Errorf("no memo %d", row)
		}
		all[i] = t
	}
	return all, nil
}

// workspace is a small snapshot in the making.
type workspace struct {
	data  crm.Dataset
	texts texts
	years []int
}

func newWorkspace() *workspace {
	return &workspace{
		texts: texts{}, years: []int{2023, 2024, 2025},
		data: crm.Dataset{Columns: map[string][]string{
			snapshot.TableDeal: {field.ID, field.Status, field.ContractDate, field.Amount},
		}},
	}
}

func (w *workspace) org(id string) *crm.Organization {
	w.data.Organizations = append(w.data.Organizations, crm.Organization{ID: cell(id), Name: cell("예시상사")})
	return &w.data.Organizations[len(w.data.Organizations)-1]
}

func (w *workspace) person(id, org, upper, team string) *crm.Person {
	w.data.People = append(w.data.People, crm.Person{
		ID: cell(id), OrganizationID: cell(org), Name: cell("박" + id), UpperOrg: cell(upper), TeamSignature: cell(team),
	})
	return &w.data.People[len(w.data.People)-1]
}

func (w *workspace) deal(id, org, person, status, amount, contract string) *crm.Deal {
	w.data.Deals = append(w.data.Deals, crm.Deal{
		ID: cell(id), OrganizationID: cell(org), PersonID: cell(person), Name: cell("딜 " + id), Status: cell(status),
		Amount: cell(amount), ContractDate: cell(contract),
	})
	return &w.data.Deals[len(w.data.Deals)-1]
}

func (w *workspace) memo(org, person, deal, created, text, html string) {
	row := int64(len(w.data.Memos) + 1)
	w.data.Memos = append(w.data.Memos, crm.Memo{
		Row: row, OrganizationID: cell(org), PersonID: cell(person), DealID: cell(deal), CreatedAt: cell(created),
	})
	w.texts[row] = crm.MemoText{Text: cell(text), HTMLBody: cell(html), CreatedAt: cell(created)}
}

func (w *workspace) report(n normalise.Numbers) *won.Report {
	return w.reportWith(normalise.RulesFor(n))
}

func (w *workspace) reportWith(rules normalise.Rules) *won.Report {
	return won.New(&w.data, w.texts, rules, won.Config{
		Years: w.years, Online: normalise.NewFormatSet("구독제(온라인)", "포팅"),
		Forms: memotext.Forms{
			Markers: []string{"utm_source"}, SkipMarker: "미팅 요청 금지", DropKeys: []string{"고객전화", "고객utm_source"},
			MinimalKeys: []string{"고객이름"}, QuestionWords: []string{"궁금"},
		},
	})
}

func asJSON(tb testing.TB, v any) string {
	tb.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		tb.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// must are the answers of a report that cannot fail.
type must struct {
	tb testing.TB
	*won.Report
}

func (m must) summary(org string) won.Summary {
	m.tb.Helper()
	s, err := m.Summary(org)
	if err != nil {
		m.tb.Fatal(err)
	}
	return s
}

func (m must) groups(org string) won.Groups {
	m.tb.Helper()
	g, err := m.Groups(m.tb.Context(), org)
	if err != nil {
		m.tb.Fatal(err)
	}
	return g
}

func (m must) compact(org string) won.Compact {
	m.tb.Helper()
	c, err := m.Compact(m.tb.Context(), org)
	if err != nil {
		m.tb.Fatal(err)
	}
	return c
}

// options are the defaults of the Markdown endpoint.
func options() won.MarkdownOptions {
	return won.MarkdownOptions{
		MaxDeals: 200, MaxPeople: 60, DealMemos: 10, MemoChars: 240, RedactPhone: true, MaxOutputChars: 200_000,
	}
}

func (m must) markdown(org string, o won.MarkdownOptions) string {
	m.tb.Helper()
	d, err := m.Markdown(m.tb.Context(), org, o)
	if err != nil {
		m.tb.Fatal(err)
	}
	return d.Markdown
}
