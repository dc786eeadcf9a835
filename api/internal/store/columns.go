package store

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// column says where the cell of a table's column goes in a row. The first of
// the names that the table has is read (spec 01 N-PICK); with none of them the
// cell stays NULL.
type column[R any] struct {
	names []string
	cell  func(*R) *crm.Text
	reuse reuse
}

// reuse says how often a column's values repeat, which decides whether equal
// ones are worth looking up to share.
type reuse int

const (
	distinct reuse = iota // names, addresses: every row its own
	repeated              // ids of other tables, statuses, owners: shared
)

// candidates are the names of a logical field that has several. Rules that know
// fewer of them find out with Rules.Pick whether the cell counts.
func candidates(c normalise.Column) []string { return normalise.DefaultRules().Candidates(c) }

// Columns lists what Open reads of each table, under every name that it may
// have. A snapshot may lack any of them but the keys (snapshot.KeyColumns).
func Columns() map[string][]string {
	return map[string][]string{
		snapshot.TableOrganization: names(organizationColumns()),
		snapshot.TablePeople:       names(personColumns()),
		snapshot.TableDeal:         names(dealColumns()),
		snapshot.TableMemo:         append(names(memoColumns()), names(memoTextColumns())...),

		snapshot.TableWebformHistory: names(submissionColumns()),
	}
}

func names[R any](columns []column[R]) []string {
	var all []string
	for _, c := range columns {
		all = append(all, c.names...)
	}
	return all
}

func organizationColumns() []column[crm.Organization] {
	return []column[crm.Organization]{
		{[]string{field.ID}, func(o *crm.Organization) *crm.Text { return &o.ID }, repeated},
		{[]string{field.Name}, func(o *crm.Organization) *crm.Text { return &o.Name }, distinct},
		{[]string{field.CompanySize}, func(o *crm.Organization) *crm.Text { return &o.Size }, repeated},
		{[]string{field.Team}, func(o *crm.Organization) *crm.Text { return &o.Team }, repeated},
		{[]string{field.Owner}, func(o *crm.Organization) *crm.Text { return &o.Owner }, repeated},
		{[]string{field.IndustryMajor}, func(o *crm.Organization) *crm.Text { return &o.Industry }, repeated},
		{[]string{field.Industry}, func(o *crm.Organization) *crm.Text { return &o.IndustryName }, repeated},
		{[]string{field.IndustryMid}, func(o *crm.Organization) *crm.Text { return &o.IndustryMid }, repeated},
		{[]string{field.Phone}, func(o *crm.Organization) *crm.Text { return &o.Phone }, distinct},
	}
}

func personColumns() []column[crm.Person] {
	return []column[crm.Person]{
		{[]string{field.ID}, func(p *crm.Person) *crm.Text { return &p.ID }, repeated},
		{[]string{field.OrganizationID}, func(p *crm.Person) *crm.Text { return &p.OrganizationID }, repeated},
		{[]string{field.Name}, func(p *crm.Person) *crm.Text { return &p.Name }, distinct},
		{[]string{field.UpperOrg}, func(p *crm.Person) *crm.Text { return &p.UpperOrg }, repeated},
		{[]string{field.TeamSignature}, func(p *crm.Person) *crm.Text { return &p.TeamSignature }, repeated},
		{[]string{field.TitleSignature}, func(p *crm.Person) *crm.Text { return &p.TitleSignature }, repeated},
		{[]string{field.EducationArea}, func(p *crm.Person) *crm.Text { return &p.EducationArea }, repeated},
		{[]string{field.Email}, func(p *crm.Person) *crm.Text { return &p.Email }, distinct},
		{[]string{field.Phone}, func(p *crm.Person) *crm.Text { return &p.Phone }, distinct},
		{[]string{field.Owner}, func(p *crm.Person) *crm.Text { return &p.Owner }, repeated},
		{[]string{field.JobTitle}, func(p *crm.Person) *crm.Text { return &p.JobTitle }, repeated},
		{[]string{field.CustomerStatus}, func(p *crm.Person) *crm.Text { return &p.CustomerStatus }, repeated},
		{[]string{field.SubmittedForms}, func(p *crm.Person) *crm.Text { return &p.Forms }, repeated},
	}
}

func dealColumns() []column[crm.Deal] {
	return []column[crm.Deal]{
		{[]string{field.ID}, func(d *crm.Deal) *crm.Text { return &d.ID }, repeated},
		{[]string{field.PeopleID}, func(d *crm.Deal) *crm.Text { return &d.PersonID }, repeated},
		{[]string{field.OrganizationID}, func(d *crm.Deal) *crm.Text { return &d.OrganizationID }, repeated},
		{candidates(normalise.DealNameColumn), func(d *crm.Deal) *crm.Text { return &d.Name }, distinct},
		{[]string{field.Status}, func(d *crm.Deal) *crm.Text { return &d.Status }, repeated},
		{candidates(normalise.AmountColumn), func(d *crm.Deal) *crm.Text { return &d.Amount }, repeated},
		{candidates(normalise.ExpectedAmountColumn), func(d *crm.Deal) *crm.Text { return &d.ExpectedAmount }, repeated},
		{candidates(normalise.ContractDateColumn), func(d *crm.Deal) *crm.Text { return &d.ContractDate }, repeated},
		{candidates(normalise.CreatedColumn), func(d *crm.Deal) *crm.Text { return &d.CreatedDate }, distinct},
		{[]string{field.Owner}, func(d *crm.Deal) *crm.Text { return &d.Owner }, repeated},
		{candidates(normalise.ExpectedDateColumn), func(d *crm.Deal) *crm.Text { return &d.ExpectedDate }, repeated},
		{[]string{field.Probability}, func(d *crm.Deal) *crm.Text { return &d.Probability }, repeated},
		{candidates(normalise.CourseFormatColumn), func(d *crm.Deal) *crm.Text { return &d.CourseFormat }, repeated},
		{candidates(normalise.CategoryColumn), func(d *crm.Deal) *crm.Text { return &d.Category }, repeated},
		{candidates(normalise.CourseIDColumn), func(d *crm.Deal) *crm.Text { return &d.CourseID }, distinct},
		{candidates(normalise.CourseStartColumn), func(d *crm.Deal) *crm.Text { return &d.CourseStart }, repeated},
		{candidates(normalise.CourseEndColumn), func(d *crm.Deal) *crm.Text { return &d.CourseEnd }, repeated},
		{candidates(normalise.OnlineFirstColumn), func(d *crm.Deal) *crm.Text { return &d.OnlineFirst }, repeated},
		{candidates(normalise.OnlineCycleColumn), func(d *crm.Deal) *crm.Text { return &d.OnlineCycle }, repeated},
		{candidates(normalise.LostDateColumn), func(d *crm.Deal) *crm.Text { return &d.LostDate }, repeated},
		{candidates(normalise.PlanningSheetColumn), func(d *crm.Deal) *crm.Text { return &d.PlanningSheet }, distinct},
		{candidates(normalise.OnlineFirstRoundColumn), func(d *crm.Deal) *crm.Text { return &d.OnlineFirstRound }, repeated},
		{candidates(normalise.InstructorNameColumn), func(d *crm.Deal) *crm.Text { return &d.InstructorName }, repeated},
		{candidates(normalise.InstructorFeeColumn), func(d *crm.Deal) *crm.Text { return &d.InstructorFee }, repeated},
		{candidates(normalise.ProposalWrittenColumn), func(d *crm.Deal) *crm.Text { return &d.ProposalWritten }, repeated},
		{candidates(normalise.ProposalUploadColumn), func(d *crm.Deal) *crm.Text { return &d.ProposalUpload }, distinct},
		{[]string{field.LostReason}, func(d *crm.Deal) *crm.Text { return &d.LostReason }, repeated},
		{[]string{field.Team}, func(d *crm.Deal) *crm.Text { return &d.Team }, repeated},
		{[]string{field.NetPercent}, func(d *crm.Deal) *crm.Text { return &d.NetPercent }, repeated},
		{[]string{field.Deadline}, func(d *crm.Deal) *crm.Text { return &d.Deadline }, repeated},
	}
}

func memoColumns() []column[crm.Memo] {
	return []column[crm.Memo]{
		{[]string{field.DealID}, func(m *crm.Memo) *crm.Text { return &m.DealID }, repeated},
		{[]string{field.PeopleID}, func(m *crm.Memo) *crm.Text { return &m.PersonID }, repeated},
		{[]string{field.OrganizationID}, func(m *crm.Memo) *crm.Text { return &m.OrganizationID }, repeated},
		{[]string{field.CreatedAt}, func(m *crm.Memo) *crm.Text { return &m.CreatedAt }, distinct},
	}
}

func submissionColumns() []column[crm.FormSubmission] {
	return []column[crm.FormSubmission]{
		{[]string{field.PeopleID}, func(f *crm.FormSubmission) *crm.Text { return &f.PersonID }, repeated},
		{[]string{field.WebFormID}, func(f *crm.FormSubmission) *crm.Text { return &f.FormID }, repeated},
		{[]string{field.CreatedAt}, func(f *crm.FormSubmission) *crm.Text { return &f.CreatedAt }, distinct},
	}
}

func memoTextColumns() []column[crm.MemoText] {
	return []column[crm.MemoText]{
		{[]string{field.ID}, func(m *crm.MemoText) *crm.Text { return &m.ID }, distinct},
		{[]string{field.Text}, func(m *crm.MemoText) *crm.Text { return &m.Text }, distinct},
		{[]string{field.HTMLBody}, func(m *crm.MemoText) *crm.Text { return &m.HTMLBody }, distinct},
		{[]string{field.OwnerID}, func(m *crm.MemoText) *crm.Text { return &m.OwnerID }, distinct},
		{[]string{field.CreatedAt}, func(m *crm.MemoText) *crm.Text { return &m.CreatedAt }, distinct},
		{[]string{field.UpdatedAt}, func(m *crm.MemoText) *crm.Text { return &m.UpdatedAt }, distinct},
	}
}
