package normalise

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
)

// Column is a logical field whose column has different names in different
// workspaces (spec 01 §12).
//
// The replaced service had a list of names per endpoint; here every field has
// one, the union of them, so that endpoints agree. Snapshots with the usual
// names give the same either way.
type Column uint8

// The logical fields of deals.
const (
	CreatedColumn Column = iota
	LostDateColumn
	PlanningSheetColumn
	CourseIDColumn
	CourseStartColumn
	CourseEndColumn
	ContractDateColumn
	AmountColumn
	ExpectedDateColumn
	ExpectedAmountColumn
	CourseFormatColumn
	CategoryColumn
	OnlineCycleColumn
	OnlineFirstColumn      // whether it is the first online course
	OnlineFirstRoundColumn // the first session of an online course
	InstructorNameColumn
	InstructorFeeColumn
	ProposalWrittenColumn
	ProposalUploadColumn
	ProbabilityColumn
	StatusColumn
	OwnerColumn
	DealNameColumn
)

// candidates lists the names of each column, the first that exists counts.
func (c Column) candidates() []string {
	switch c {
	case CreatedColumn:
		return []string{field.CreatedDate, "생성일", field.CreatedAt, "created_at", "created_at_utc"}
	case LostDateColumn:
		return []string{field.LostDate, "Lost 확정일", "lost_confirmed_at"}
	case PlanningSheetColumn:
		return []string{field.PlanningSheet}
	case CourseIDColumn:
		return []string{field.CourseID, "코스ID", "course_id", "courseId", "Course ID"}
	case CourseStartColumn:
		return []string{field.CourseStart, "수강 시작일", "courseStartDate", "start_date", "startDate"}
	case CourseEndColumn:
		return []string{field.CourseEnd, "수강 종료일", "courseEndDate", "end_date", "endDate"}
	case ContractDateColumn:
		return []string{field.ContractDate, "계약체결일", "contract_date", "contractDate"}
	case AmountColumn:
		return []string{field.Amount, "amount"}
	case ExpectedDateColumn:
		return []string{field.ExpectedDate, "수주 예정일(종합)"}
	case ExpectedAmountColumn:
		return []string{field.ExpectedAmount, "수주 예정액(종합)"}
	case CourseFormatColumn:
		return []string{field.CourseFormat, "category1"}
	case CategoryColumn:
		return []string{field.Category, "과정 카테고리", "과정 대분류", "category1", "category", "Category"}
	case OnlineCycleColumn:
		return []string{field.OnlineCycle, "온라인 입과 주기", "온라인입과주기"}
	case OnlineFirstColumn:
		return []string{
			field.OnlineFirst, "온라인최초 입과 여부", "온라인 최초 입과 여부", "온라인 최초입과 여부",
			"online_first", "online_first_enrollment", "online_first_enroll",
		}
	case OnlineFirstRoundColumn:
		return []string{field.OnlineFirstRound, "온라인 입과 첫 회차"}
	case InstructorNameColumn:
		return []string{field.InstructorName1, "강사1 이름"}
	case InstructorFeeColumn:
		return []string{"강사비1", "강사비"}
	case ProposalWrittenColumn:
		return []string{field.ProposalWritten}
	case ProposalUploadColumn:
		return []string{field.ProposalUpload}
	case ProbabilityColumn:
		return []string{field.Probability}
	case StatusColumn:
		return []string{field.Status}
	case OwnerColumn:
		return []string{field.Owner}
	case DealNameColumn:
		return []string{field.Name, "name"}
	default:
		return nil
	}
}

// Candidates lists the names that a logical field's column may have, the best
// first. Corrected rules add the names that snapshots really have where quality
// control looked for others (spec 06 §2).
func (r Rules) Candidates(c Column) []string {
	names := c.candidates()
	if r.QualityReadsRealColumns() {
		switch c {
		case OnlineFirstRoundColumn:
			names = append(names, OnlineFirstColumn.candidates()...)
		case InstructorFeeColumn:
			names = append(names, "강사료1")
		default: // looked for under its real names already
		}
	}
	return names
}

// Pick is N-PICK, N-PICK-COURSE-ID and N-HAS: the column that holds a logical
// field in a table that has these columns, false if none does.
func (r Rules) Pick(c Column, has []string) (name string, ok bool) {
	for _, name := range r.Candidates(c) {
		if slices.Contains(has, name) {
			return name, true
		}
	}
	return "", false
}

// Require returns a *crm.MissingError, under the field's usual name, if none of
// a table's columns holds a logical field.
func (r Rules) Require(data *crm.Dataset, table string, c Column) error {
	if err := data.Require(table); err != nil {
		return err
	}
	if _, ok := r.Pick(c, data.Columns[table]); !ok {
		return &crm.MissingError{Table: table, Column: r.Candidates(c)[0]}
	}
	return nil
}
