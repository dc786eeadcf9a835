// Package snapshottest makes snapshot files of any size, every row of which
// says which generation it belongs to. For tests and benchmarks only.
package snapshottest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Spec says what a snapshot holds. Ids depend on the row only (org-1, per-1,
// deal-1, memo-1, counted from 1), so that the same requests make sense on every
// generation.
type Spec struct {
	Organizations int
	PeoplePerOrg  int
	DealsPerOrg   int
	MemosPerOrg   int // one third each on the organisation, a person and a deal

	// Generation is written into every row: `[gen7]` in texts, and as the
	// amount of every deal.
	Generation int

	// ExtraDealColumns widen the deal table to what real workspaces have.
	ExtraDealColumns int
}

// Small is enough to have every kind of row.
func Small(generation int) Spec {
	return Spec{Organizations: 12, PeoplePerOrg: 3, DealsPerOrg: 4, MemosPerOrg: 6, Generation: generation}
}

// Sized has the proportions of a real workspace with about so many deals.
func Sized(deals int) Spec {
	return Spec{
		Organizations: max(deals/9, 1), PeoplePerOrg: 5, DealsPerOrg: 9, MemosPerOrg: 13,
		Generation: 1, ExtraDealColumns: 100,
	}
}

// Mark is the text by which a row of a generation is known.
func Mark(generation int) string { return fmt.Sprintf("[gen%d]", generation) }

// OrganizationID is the id of the nth organisation, counted from 1.
func OrganizationID(org int) string { return fmt.Sprintf("org-%d", org) }

// PersonID is the id of the nth person of an organisation.
func PersonID(org, n int) string { return fmt.Sprintf("per-%d-%d", org, n) }

// DealID is the id of the nth deal of an organisation.
func DealID(org, n int) string { return fmt.Sprintf("deal-%d-%d", org, n) }

// Write makes a snapshot at path.
func Write(tb testing.TB, path string, s Spec) {
	tb.Helper()
	db := open(tb, path)
	b := &builder{tb: tb, ctx: tb.Context(), db: db, spec: s}
	b.exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
	b.tables()
	b.rows()
	b.meta()
	if err := db.Close(); err != nil {
		tb.Fatalf("write snapshot: %v", err)
	}
}

// Exec runs SQL on the snapshot at path, to break it.
func Exec(tb testing.TB, path, statements string) {
	tb.Helper()
	db := open(tb, path)
	if _, err := db.ExecContext(tb.Context(), statements); err != nil {
		tb.Fatalf("change snapshot: %v", err)
	}
	if err := db.Close(); err != nil {
		tb.Fatalf("change snapshot: %v", err)
	}
}

func open(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite3", "file:"+path) // shared/snapshot registers the driver
	if err != nil {
		tb.Fatalf("open %s: %v", path, err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// Volume is a folder as the worker leaves it: snapshots under names that are
// never reused, and the link.
type Volume struct {
	tb     testing.TB
	volume snapshot.Volume
	count  int
}

// NewVolume returns an empty volume in a temporary folder.
func NewVolume(tb testing.TB) *Volume {
	tb.Helper()
	v, err := snapshot.NewVolume(filepath.Join(tb.TempDir(), snapshot.DefaultLivePath))
	if err != nil {
		tb.Fatalf("new volume: %v", err)
	}
	if err := os.MkdirAll(v.SnapshotsDir(), 0o755); err != nil {
		tb.Fatalf("new volume: %v", err)
	}
	return &Volume{tb: tb, volume: v}
}

// Live is the path that the API watches.
func (v *Volume) Live() string { return v.volume.Live() }

// File returns the path for another snapshot, in order of time.
func (v *Volume) File() string {
	v.count++
	return v.volume.Snapshot(snapshot.RunTagWithSuffix(time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), v.count+1))
}

// Add writes a snapshot without publishing it. Its modification time is a
// second later than that of the one before, so that versions differ.
func (v *Volume) Add(s Spec) (path string) {
	v.tb.Helper()
	path = v.File()
	Write(v.tb, path, s)
	v.Stamp(path)
	return path
}

// Stamp gives a file the modification time of its place in the row.
func (v *Volume) Stamp(path string) {
	v.tb.Helper()
	at := time.Date(2026, 11, 22, 4, 0, v.count, 0, time.UTC)
	if err := os.Chtimes(path, at, at); err != nil {
		v.tb.Fatalf("stamp snapshot: %v", err)
	}
}

// Publish swaps the link to a file, as the worker does.
func (v *Volume) Publish(path string) {
	v.tb.Helper()
	link := v.volume.Live() + ".new"
	rel, err := filepath.Rel(v.volume.Dir(), path)
	if err != nil {
		v.tb.Fatalf("publish: %v", err)
	}
	if err := os.Symlink(rel, link); err != nil {
		v.tb.Fatalf("publish: %v", err)
	}
	if err := os.Rename(link, v.volume.Live()); err != nil {
		v.tb.Fatalf("publish: %v", err)
	}
}

type builder struct {
	tb   testing.TB
	ctx  context.Context //nolint:containedctx // of the test
	db   *sql.DB
	spec Spec
}

func (b *builder) exec(statements string) {
	b.tb.Helper()
	if _, err := b.db.ExecContext(b.ctx, statements); err != nil {
		b.tb.Fatalf("write snapshot: %v: %.200s", err, statements)
	}
}

func (b *builder) create(table string, columns []string) {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = snapshot.QuoteName(c) + " TEXT"
	}
	b.exec("CREATE TABLE " + snapshot.QuoteName(table) + " (" + strings.Join(quoted, ", ") + ")")
}

func organizationColumns() []string {
	return []string{field.ID, field.Name, field.CompanySize, field.Team, field.Owner}
}

func personColumns() []string {
	return []string{
		field.ID, field.OrganizationID, field.Name, field.UpperOrg, field.TeamSignature, field.TitleSignature,
		field.EducationArea, field.Email, field.Phone, field.Owner,
	}
}

func (b *builder) dealColumns() []string {
	columns := []string{
		field.ID, field.PeopleID, field.OrganizationID, field.Name, field.Status, field.Amount, field.ExpectedAmount,
		field.ContractDate, field.CreatedDate, field.Owner,
	}
	for i := range b.spec.ExtraDealColumns {
		columns = append(columns, fmt.Sprintf("단계 %d로 진입한 날짜", i+1))
	}
	return columns
}

func memoColumns() []string {
	return []string{
		field.ID, field.HTMLBody, field.Text, field.DealID, field.PeopleID, field.OrganizationID, field.OwnerID,
		field.UpdatedAt, field.CreatedAt,
	}
}

func (b *builder) tables() {
	b.create(snapshot.TableOrganization, organizationColumns())
	b.create(snapshot.TablePeople, personColumns())
	b.create(snapshot.TableDeal, b.dealColumns())
	b.create(snapshot.TableLead, []string{field.ID, field.PeopleID, field.OrganizationID})
	b.create(snapshot.TableMemo, memoColumns())
	b.create(snapshot.TableUser, []string{field.ID, "name"})
	b.create(snapshot.TableTeam, []string{field.ID, "name"})
	b.create(snapshot.TableWebformHistory, []string{field.PeopleID, field.WebFormID, field.CreatedAt})
	b.exec(snapshot.CreateMetaTables)
}

func (b *builder) meta() {
	for _, table := range snapshot.DomainTables() {
		for _, column := range snapshot.IndexedColumns(table) {
			b.exec(fmt.Sprintf("CREATE INDEX %s ON %s (%s)", snapshot.QuoteName(table+"_"+column),
				snapshot.QuoteName(table), snapshot.QuoteName(column)))
		}
	}
	b.exec(fmt.Sprintf("INSERT INTO run_info (run_tag, captured_at_utc) VALUES ('20261122_%06d', '2026-11-22T03:00:00.000Z')", b.spec.Generation))
}
