package snapshottest

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Invented people who own records.
func owners() []string {
	return []string{"표로운", "위아람", "황보나래", "채예솔", "왕라온", "국한결", "설여울", "연한별"}
}

func sizes() []string {
	return []string{"대기업", "중견기업", "중소기업", "공공기관", "대학교"}
}

func statuses() []string { return []string{"Won", "SQL", "Lost", "Convert"} }

func ownerJSON(n int) string {
	all := owners()
	return fmt.Sprintf(`{"id":"user-%d","name":"%s"}`, n%len(all), all[n%len(all)])
}

// rows writes all tables in one transaction.
func (b *builder) rows() {
	tx, err := b.db.BeginTx(b.ctx, nil)
	if err != nil {
		b.tb.Fatalf("write snapshot: %v", err)
	}
	organization := b.inserter(tx, snapshot.TableOrganization, len(organizationColumns()))
	person := b.inserter(tx, snapshot.TablePeople, len(personColumns()))
	deal := b.inserter(tx, snapshot.TableDeal, len(b.dealColumns()))
	memo := b.inserter(tx, snapshot.TableMemo, len(memoColumns()))
	for org := 1; org <= b.spec.Organizations; org++ {
		organization(b.organization(org)...)
		for n := 1; n <= b.spec.PeoplePerOrg; n++ {
			person(b.person(org, n)...)
		}
		for n := 1; n <= b.spec.DealsPerOrg; n++ {
			deal(b.deal(org, n)...)
		}
		for n := 1; n <= b.spec.MemosPerOrg; n++ {
			memo(b.memo(org, n)...)
		}
	}
	if err := tx.Commit(); err != nil {
		b.tb.Fatalf("write snapshot: %v", err)
	}
}

func (b *builder) inserter(tx *sql.Tx, table string, columns int) func(values ...any) {
	query := "INSERT INTO " + snapshot.QuoteName(table) + " VALUES (?" + strings.Repeat(", ?", columns-1) + ")"
	st, err := tx.PrepareContext(b.ctx, query) //nolint:sqlclosecheck // ends with its transaction
	if err != nil {
		b.tb.Fatalf("write snapshot: %v", err)
	}
	return func(values ...any) {
		if _, err := st.ExecContext(b.ctx, values...); err != nil {
			b.tb.Fatalf("write snapshot: %s: %v", table, err)
		}
	}
}

func (b *builder) mark() string { return Mark(b.spec.Generation) }

func (b *builder) organization(org int) []any {
	size := sizes()[org%len(sizes())]
	return []any{
		OrganizationID(org), fmt.Sprintf("예시상사 %d %s", org, b.mark()), size + " " + b.mark(),
		fmt.Sprintf(`[{"id":"team-1","name":"기업성장 1팀 %s"}]`, b.mark()), ownerJSON(org),
	}
}

func (b *builder) person(org, n int) []any {
	return []any{
		PersonID(org, n), OrganizationID(org), fmt.Sprintf("고객 %d-%d %s", org, n, b.mark()),
		[]string{"인재개발실", "경영지원본부", "DX추진본부"}[n%3], "교육팀", "책임", "AI 교육",
		fmt.Sprintf("p%d.%d@customer.example", org, n), fmt.Sprintf("010-0000-%04d", (org*7+n)%10000), ownerJSON(org + n),
	}
}

func (b *builder) deal(org, n int) []any {
	person := (n-1)%max(b.spec.PeoplePerOrg, 1) + 1
	day := fmt.Sprintf("2025-%02d-%02d", (org+n)%12+1, (org*3+n)%28+1)
	var contract any = day
	status := statuses()[(org+n)%len(statuses())]
	if status != "Won" {
		contract = nil
	}
	row := []any{
		DealID(org, n), PersonID(org, person), OrganizationID(org), fmt.Sprintf("과정 %d-%d %s", org, n, b.mark()),
		status, strconv.Itoa(b.spec.Generation), strconv.Itoa((org*37 + n) % 500 * 100_000), contract, day + "T01:04:40.761Z", ownerJSON(org * n),
	}
	for i := range b.spec.ExtraDealColumns {
		if (org+n+i)%5 == 0 {
			row = append(row, day+"T02:00:00.000Z")
		} else {
			row = append(row, nil)
		}
	}
	return row
}

func (b *builder) memo(org, n int) []any {
	var deal, person any
	switch n % 3 {
	case 1:
		person = PersonID(org, 1)
	case 2:
		deal, person = DealID(org, 1), PersonID(org, 1)
	}
	at := fmt.Sprintf("2026-%02d-%02dT09:%02d:31.879Z", (org+n)%12+1, n%28+1, org%60)
	text := fmt.Sprintf("유선 통화 %d-%d %s. 다음 주 미팅 예정. %s", org, n, b.mark(), strings.Repeat("교육 일정과 견적을 논의함. ", n%9))
	return []any{
		fmt.Sprintf("memo-%d-%d", org, n), "<p>" + text + "</p>", text, deal, person, OrganizationID(org),
		fmt.Sprintf("user-%d", n%len(owners())), at, at,
	}
}
