package qc

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// column is a logical field of deals as `schema_missing` names it.
type column struct {
	name  string
	field normalise.Column
}

// columns are those of spec 06 §2.1, in its order.
func columns() []column {
	return []column{
		{"expected_close_date", normalise.ExpectedDateColumn},
		{"expected_amount", normalise.ExpectedAmountColumn},
		{"contract_signed_date", normalise.ContractDateColumn},
		{"course_start_date", normalise.CourseStartColumn},
		{"course_end_date", normalise.CourseEndColumn},
		{"course_format", normalise.CourseFormatColumn},
		{"course_category", normalise.CategoryColumn},
		{"course_id", normalise.CourseIDColumn},
		{"online_cycle", normalise.OnlineCycleColumn},
		{"online_first", normalise.OnlineFirstRoundColumn},
		{"instructor_name1", normalise.InstructorNameColumn},
		{"instructor_fee1", normalise.InstructorFeeColumn},
		{"proposal_written", normalise.ProposalWrittenColumn},
		{"proposal_upload", normalise.ProposalUploadColumn},
		{"probability", normalise.ProbabilityColumn},
		{"created_at", normalise.CreatedColumn},
		{"status", normalise.StatusColumn},
		{"amount", normalise.AmountColumn},
		{"owner", normalise.OwnerColumn},
		{"deal_name", normalise.DealNameColumn},
	}
}

// columnSet is a set of logical fields.
type columnSet map[normalise.Column]bool

func (r *Report) findColumns() {
	r.missing, r.has = []string{}, columnSet{}
	for _, c := range columns() {
		if _, ok := r.rules.Pick(c.field, r.data.Columns[snapshot.TableDeal]); ok {
			r.has[c.field] = true
		} else {
			r.missing = append(r.missing, c.name)
		}
	}
}
