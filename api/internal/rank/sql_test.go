package rank_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm/crmtest"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/rank"
	_ "github.com/salesmap-mirror/salesmap-mirror/shared/snapshot" // registers the driver
)

const sizeMatches = `(?1 = '전체' OR o."기업 규모" = ?1)`

// TestSQL holds the rankings as before, by the text of dates, against the
// queries of spec 05, run by SQLite on the same rows.
func TestSQL(t *testing.T) {
	t.Parallel()
	db := database(t)
	rapid.Check(t, func(rt *rapid.T) {
		data := crmtest.Random(rt)
		fill(rt, db, data)
		r := report(before(), data)
		size := rapid.SampledFrom([]string{"전체", "대기업", " 대기업", "없는규모"}).Draw(rt, "size")
		q := rank.Query{Size: &size}

		inYear := slices.DeleteFunc(must(r.Customers(q)).Items, func(c rank.Customer) bool { return !hasContractInYear(data, c.OrgID) })
		compare(rt, "customers in the year", query(rt, db, `SELECT d.organizationId, SUM(CAST(d."금액" AS REAL)),
				SUM(CASE WHEN d."과정포맷" IN ('포팅', '구독제(온라인)') THEN CAST(d."금액" AS REAL) ELSE 0.0 END)
			FROM deal d LEFT JOIN organization o ON o.id = d.organizationId
			WHERE d."계약 체결일" LIKE '2025%' AND `+sizeMatches+` GROUP BY d.organizationId`, size),
			lines(inYear, func(c rank.Customer) string { return fmt.Sprintf("%s %.2f %.2f", or(c.OrgID), c.Total, c.Online) }))

		compare(rt, "mismatched, in order", query(rt, db, `SELECT d.id, COALESCE(po."이름", p.organizationId)
			FROM deal d JOIN people p ON p.id = d.peopleId LEFT JOIN organization o ON o.id = d.organizationId
				LEFT JOIN organization po ON po.id = p.organizationId
			WHERE d.organizationId IS NOT NULL AND p.organizationId IS NOT NULL AND d.organizationId <> p.organizationId AND `+sizeMatches+`
			ORDER BY d."계약 체결일" IS NULL, d."계약 체결일" DESC, d.id`, size),
			lines(must(r.Mismatched(q)).Items, func(d rank.MismatchedDeal) string { return d.ID + " " + d.PersonOrgName }))

		people := lines(must(r.People(q)).Items, func(p rank.Person) string { return fmt.Sprintf("%s %s %.2f", p.OrgID, p.OrgName, p.OrgTotal) })
		slices.Sort(people)
		compare(rt, "people's customers", query(rt, db, `SELECT d.organizationId, COALESCE(o."이름", d.organizationId), SUM(CAST(d."금액" AS REAL))
			FROM deal d LEFT JOIN organization o ON o.id = d.organizationId
			WHERE d."상태" = 'Won' AND d."계약 체결일" LIKE '2025%' AND d.organizationId IS NOT NULL AND `+sizeMatches+` GROUP BY 1, 2`, size),
			slices.Compact(people))

		compare(rt, "by size", query(rt, db, `SELECT CASE WHEN TRIM(size) = '' THEN '미입력' ELSE TRIM(size) END, SUM(CASE WHEN y = '2023' THEN s END),
				SUM(CASE WHEN y = '2024' THEN s END), SUM(CASE WHEN y = '2025' THEN s END)
			FROM (SELECT COALESCE(o."기업 규모", '미입력') AS size, SUBSTR(d."계약 체결일", 1, 4) AS y, CAST(d."금액" AS REAL) AS s
				FROM deal d LEFT JOIN organization o ON o.id = d.organizationId WHERE d."상태" = 'Won')
			WHERE y IN ('2023', '2024', '2025') GROUP BY 1`),
			lines(must(r.WonBySize()).Items, func(s rank.SizeTotals) string {
				return fmt.Sprintf("%s %.2f %.2f %.2f", s.Size, s.Won[0], s.Won[1], s.Won[2])
			}))

		compare(rt, "by industry", query(rt, db, `SELECT CASE WHEN TRIM(industry) = '' THEN '미입력' ELSE TRIM(industry) END, COUNT(DISTINCT NULLIF(org, '')), SUM(s)
			FROM (SELECT COALESCE(o."업종 구분(대)", '미입력') AS industry, COALESCE(o.id, d.organizationId) AS org, CAST(d."금액" AS REAL) AS s
				FROM deal d LEFT JOIN organization o ON o.id = d.organizationId
				WHERE d."상태" = 'Won' AND SUBSTR(d."계약 체결일", 1, 4) IN ('2023', '2024', '2025') AND `+sizeMatches+`)
			GROUP BY 1`, size),
			lines(must(r.WonByIndustry(q)).Items, func(s rank.IndustryTotals) string {
				return fmt.Sprintf("%s %d %.2f", s.Industry, s.Organizations, s.Won[0]+s.Won[1]+s.Won[2])
			}))

		compare(rt, "summary", query(rt, db, `SELECT 'all', SUM(CAST(d."금액" AS REAL))
			FROM deal d LEFT JOIN organization o ON o.id = d.organizationId
			WHERE d."상태" = 'Won' AND d."계약 체결일" LIKE '2025%' AND COALESCE(o."이름", d.organizationId) <> '알파산업'`),
			[]string{fmt.Sprintf("all %.2f", must(r.SummaryBySize(rank.SizeSummaryQuery{Years: "2025"})).Totals["sum_2025"])})
	})
}

// hasContractInYear tells customers of the year from those of the year before
// only.
func hasContractInYear(data *crm.Dataset, id *string) bool {
	return slices.ContainsFunc(data.Deals, func(d crm.Deal) bool {
		return d.OrganizationID.Equal(crm.SharedText(id)) && strings.HasPrefix(d.ContractDate.String(), "2025")
	})
}

func lines[T any](items []T, line func(T) string) []string {
	all := []string{}
	for _, item := range items {
		all = append(all, line(item))
	}
	return all
}

// compare compares lines, those of unordered queries in any order.
func compare(t *rapid.T, what string, wanted, got []string) {
	if !strings.HasSuffix(what, "in order") {
		slices.Sort(wanted)
		slices.Sort(got)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("%s, of SQLite (-) and of ours (+):\n%s", what, diff)
	}
}

func database(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite3", "file::memory:")
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	tb.Cleanup(func() { db.Close() })
	for _, create := range []string{
		`CREATE TABLE organization (id TEXT, "이름" TEXT, "기업 규모" TEXT, "업종 구분(대)" TEXT)`,
		`CREATE TABLE people (id TEXT, organizationId TEXT)`,
		`CREATE TABLE deal (id TEXT, organizationId TEXT, peopleId TEXT, "상태" TEXT, "금액" TEXT, "계약 체결일" TEXT, "과정포맷" TEXT)`,
	} {
		if _, err := db.ExecContext(tb.Context(), create); err != nil {
			tb.Fatal(err)
		}
	}
	return db
}

// fill replaces the rows.
func fill(t *rapid.T, db *sql.DB, data *crm.Dataset) {
	exec := func(statement string, cells ...crm.Text) {
		args := make([]any, len(cells))
		for i, c := range cells {
			args[i] = c.Ptr()
		}
		if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"organization", "people", "deal"} {
		exec("DELETE FROM " + table)
	}
	for _, o := range data.Organizations {
		exec("INSERT INTO organization VALUES (?, ?, ?, ?)", o.ID, o.Name, o.Size, o.Industry)
	}
	for _, p := range data.People {
		exec("INSERT INTO people VALUES (?, ?)", p.ID, p.OrganizationID)
	}
	for _, d := range data.Deals {
		exec("INSERT INTO deal VALUES (?, ?, ?, ?, ?, ?, ?)", d.ID, d.OrganizationID, d.PersonID, d.Status, d.Amount, d.ContractDate, d.CourseFormat)
	}
}

// query returns the rows as lines. The first cell is a text, a NULL elsewhere
// the sum of nothing.
func query(t *rapid.T, db *sql.DB, statement string, args ...any) []string {
	rows, err := db.QueryContext(t.Context(), statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	all := []string{}
	for rows.Next() {
		cells, targets := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			targets[i] = &cells[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		words := make([]string, len(cells))
		for i, c := range cells {
			switch x := c.(type) {
			case float64:
				words[i] = fmt.Sprintf("%.2f", x)
			case nil:
				words[i] = "0.00"
				if i == 0 {
					words[i] = "null"
				}
			default:
				words[i] = fmt.Sprint(x)
			}
		}
		all = append(all, strings.Join(words, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
