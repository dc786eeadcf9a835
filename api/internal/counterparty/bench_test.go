package counterparty_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/counterparty"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// scaled is a snapshot with the proportions of a real workspace.
func scaled(deals int) (*crm.Dataset, counterparty.Targets) {
	data := &crm.Dataset{Columns: columns()}
	statuses := []crm.Text{T("Won"), T("SQL"), T("Lost"), T("Won")}
	formats := []crm.Text{T("출강"), T("포팅"), T("구독제 (온라인)")}
	probabilities := []crm.Text{T(`["확정"]`), T("높음"), T("낮음")}
	owners := []crm.Text{T(`{"id":"1","name":"김하나"}`), T(`[{"name":"이두리A"}]`)}
	targets := offline(1e8)
	const each = 9 // deals of an organisation
	for n := range deals / each {
		org := T(fmt.Sprintf("o%d", n))
		name := fmt.Sprintf("고객사 %d", n)
		data.Organizations = append(data.Organizations, crm.Organization{ID: org, Name: T(name), Size: T("대기업")})
		if n%10 == 0 {
			targets.Offline[counterparty.Key{Org: name, Upper: "부서 1"}] = 1e8
		}
		for p := range 5 {
			data.People = append(data.People, crm.Person{
				ID: T(fmt.Sprintf("p%d-%d", n, p)), OrganizationID: org, UpperOrg: T(fmt.Sprintf("부서 %d", p)),
			})
		}
		for d := range each {
			data.Deals = append(data.Deals, crm.Deal{
				ID: T(fmt.Sprintf("d%d-%d", n, d)), OrganizationID: org, PersonID: T(fmt.Sprintf("p%d-%d", n, d%5)),
				Status: statuses[d%len(statuses)], Probability: probabilities[d%len(probabilities)],
				Amount: T(strconv.Itoa(1000000 * (d + 1))), CourseFormat: formats[d%len(formats)], Owner: owners[d%len(owners)],
				ContractDate: T(fmt.Sprintf("202%d-%02d-%02dT03:00:00.000Z", 4+d%3, 1+n%12, 1+d)), CreatedDate: T("2025-01-01"),
			})
		}
	}
	return data, targets
}

func Benchmark(b *testing.B) {
	for _, deals := range []int{10_000, 50_000, 100_000} {
		data, targets := scaled(deals)
		r := report(data, corrected(), targets)
		b.Run(fmt.Sprintf("New/%d", deals), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				report(data, corrected(), targets)
			}
		})
		b.Run(fmt.Sprintf("List/%d", deals), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				list(b, r, counterparty.Query{})
			}
		})
		b.Run(fmt.Sprintf("Detail/%d", deals), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				detail(b, r, "o7", "부서 1")
			}
		})
	}
}
