// Package field names the columns of a Salesmap workspace. The CRM's columns
// are display names that people chose, mostly Korean; each is spelled here and
// nowhere else.
package field

// Fixed keys, the same in every workspace (spec 00 "List endpoints").
const (
	ID             = "id"
	OrganizationID = "organizationId"
	PeopleID       = "peopleId"
	DealID         = "dealId"
	LeadID         = "leadId"
	OwnerID        = "ownerId"
	Text           = "text"
	HTMLBody       = "htmlBody"
	CreatedAt      = "createdAt"
	UpdatedAt      = "updatedAt"
	WebFormID      = "webFormId"
	Contents       = "contents"
)

// Names shared by several tables.
const (
	Name           = "이름"
	Owner          = "담당자"
	Team           = "팀"
	Email          = "이메일"
	Phone          = "전화"
	CreatedDate    = "생성 날짜"
	ModifiedDate   = "수정 날짜"
	SubmittedForms = "제출된 웹폼 목록"
	RecordNumber   = "RecordId"
)

// Organisation fields.
const (
	CompanySize   = "기업 규모"
	Industry      = "업종"
	IndustryMajor = "업종 구분(대)"
	IndustryMid   = "업종 구분(중)"
)

// People fields.
const (
	UpperOrg       = "소속 상위 조직"
	TeamSignature  = "팀(명함/메일서명)"
	TitleSignature = "직급(명함/메일서명)"
	JobTitle       = "직급/직책"
	EducationArea  = "담당 교육 영역"
	CustomerStatus = "고객 상태"
)

// Deal fields. Amounts are won.
const (
	Status           = "상태"
	Amount           = "금액"
	ExpectedAmount   = "예상 체결액"
	ContractDate     = "계약 체결일"
	ExpectedDate     = "수주 예정일"
	Deadline         = "마감일"
	LostDate         = "LOST 확정일"
	LostReason       = "이탈 사유"
	Probability      = "성사 가능성"
	CourseFormat     = "과정포맷"
	Category         = "카테고리"
	NetPercent       = "Net(%)"
	CourseID         = "코스 ID"
	CourseStart      = "수강시작일"
	CourseEnd        = "수강종료일"
	OnlineCycle      = "(온라인)입과 주기"
	OnlineFirst      = "(온라인)최초 입과 여부"
	PlanningSheet    = "기획시트 링크"
	ProposalWritten  = "제안서 작성 여부"
	ProposalUpload   = "업로드 제안서명"
	InstructorName1  = "강사 이름1"
	OnlineFirstRound = "(온라인)입과 첫 회차"
)
