package crm

// Organization is a customer company.
type Organization struct {
	ID    Text
	Name  Text // 이름
	Size  Text // 기업 규모
	Team  Text // 팀, JSON
	Owner Text // 담당자, JSON

	Industry     Text // 업종 구분(대)
	IndustryName Text // 업종
	IndustryMid  Text // 업종 구분(중)
	Phone        Text
}

// DisplayName is the name, or the id where the CRM has none (spec 01 N-NAME).
func (o *Organization) DisplayName() Text { return o.Name.Or(o.ID) }

// Person is a contact at a customer.
type Person struct {
	ID             Text
	OrganizationID Text
	Name           Text // 이름
	UpperOrg       Text // 소속 상위 조직
	TeamSignature  Text // 팀(명함/메일서명)
	TitleSignature Text // 직급(명함/메일서명)
	EducationArea  Text // 담당 교육 영역
	Email          Text
	Phone          Text
	Owner          Text // 담당자, JSON
	JobTitle       Text // 직급/직책
	CustomerStatus Text // 고객 상태
	Forms          Text // 제출된 웹폼 목록, JSON
}

// DisplayName is the name, or the id where the CRM has none (spec 01 N-NAME).
func (p *Person) DisplayName() Text { return p.Name.Or(p.ID) }

// Deal is a sales opportunity. Amounts are won as text, dates raw text.
type Deal struct {
	ID             Text
	PersonID       Text // peopleId
	OrganizationID Text
	Name           Text // 이름
	Status         Text // 상태
	Amount         Text // 금액
	ExpectedAmount Text // 예상 체결액
	ContractDate   Text // 계약 체결일
	CreatedDate    Text // 생성 날짜
	Owner          Text // 담당자, JSON
	ExpectedDate   Text // 수주 예정일
	Probability    Text // 성사 가능성, text or JSON
	CourseFormat   Text // 과정포맷
	Category       Text // 카테고리
	CourseID       Text // 코스 ID
	CourseStart    Text // 수강시작일
	CourseEnd      Text // 수강종료일
	OnlineFirst    Text // (온라인)최초 입과 여부
	OnlineCycle    Text // (온라인)입과 주기

	LostDate         Text // LOST 확정일
	PlanningSheet    Text // 기획시트 링크
	OnlineFirstRound Text // (온라인)입과 첫 회차
	InstructorName   Text // 강사 이름1
	InstructorFee    Text // 강사료1
	ProposalWritten  Text // 제안서 작성 여부
	ProposalUpload   Text // 업로드 제안서명
	LostReason       Text // 이탈 사유
	Team             Text // 팀, JSON
	NetPercent       Text // Net(%)
	Deadline         Text // 마감일
}

// DisplayName is the name, or the id where the CRM has none (spec 01 N-NAME).
func (d *Deal) DisplayName() Text { return d.Name.Or(d.ID) }

// Memo says where a memo belongs and when it was written. What it says is a
// MemoText, which stays in the file until somebody asks: memos are most of a
// snapshot's bytes and little of its use.
type Memo struct {
	Row            int64 // place in the file; ascending in snapshot order
	DealID         Text
	PersonID       Text // peopleId
	OrganizationID Text
	CreatedAt      Text
}

// MemoText is the rest of a memo.
type MemoText struct {
	ID        Text
	Text      Text
	HTMLBody  Text // NULL also where the snapshot has no such column
	OwnerID   Text
	CreatedAt Text
	UpdatedAt Text
}

// FormSubmission is one time that a person filled in a web form.
type FormSubmission struct {
	PersonID  Text // peopleId
	FormID    Text // webFormId
	CreatedAt Text
}
