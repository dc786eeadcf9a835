package workspace

// RankSummary is totals by company size.
type RankSummary struct {
	DefaultExcludedOrgName string `yaml:"default_excluded_org_name" optional:"nobody" desc:"Name of the organisation that is left out unless asked for."`
}

// Grades are grades of customers.
type Grades struct {
	CompanyMinEok           []Threshold   `yaml:"company_min_eok" nonempty:"true" unit:"억" desc:"Grades with the yearly total from which each is reached, highest first."`
	OfflineTargetMultiplier Dict[float64] `yaml:"offline_target_multiplier" min:"0" desc:"By grade, what last year's offline amount is multiplied with to give this year's target."`
	DefaultMultiplier       float64       `yaml:"default_multiplier" default:"1" min:"0" desc:"The multiplier of grades that have none."`
}

// StatePath is the state path.
type StatePath struct {
	BucketOrder    []string    `yaml:"bucket_order" nonempty:"true" desc:"Buckets from low to high; the first is for nothing at all."`
	CompanyMinEok  []Threshold `yaml:"company_min_eok" nonempty:"true" unit:"억" desc:"Buckets with the yearly total of a company from which each is reached, highest first."`
	RailMinEok     []Threshold `yaml:"rail_min_eok" nonempty:"true" unit:"억" desc:"The same for a rail or a cell."`
	HRDKeywords    []string    `yaml:"hrd_keywords" desc:"Words in the name of an upper organisation that make it HRD, in any case of letters."`
	PortfolioLimit int         `yaml:"portfolio_limit" default:"500" min:"1" max:"2000" desc:"How many organisations the screen asks for."`
}

// Years are the years that the views are built around.
type Years struct {
	Won          []int `yaml:"won" nonempty:"true" min:"2000" max:"2099" desc:"Years of Won totals, ascending."`
	StatePath    []int `yaml:"statepath" min:"2000" max:"2099" desc:"The two years that the state path compares."`
	Rank         int   `yaml:"rank" min:"2000" max:"2099" desc:"Year of the rankings, and base year of the counterparties."`
	RankPrevious int   `yaml:"rank_previous" min:"2000" max:"2099" desc:"Year that rankings are compared with."`
	Plan         int   `yaml:"plan" min:"2000" max:"2099" desc:"Year of targets and P&L; the year in the titles."`
	Performance  []int `yaml:"performance" nonempty:"true" min:"2000" max:"2099" desc:"Years whose deals monthly amounts, inquiries and close rate load, ascending."`
}

// DealCheck is deal check.
type DealCheck struct {
	WindowBusinessDays int `yaml:"window_business_days" default:"10" min:"0" max:"365" unit:"business days" desc:"How long a Won or Lost deal stays visible."`
	RetentionYear      int `yaml:"retention_year" optional:"years.rank" min:"2000" max:"2099" desc:"Year whose Won deals make a customer one to retain."`
}

// OnlineRetention says which online courses the retention list shows.
type OnlineRetention struct {
	CreatedFrom string `yaml:"created_from" format:"date" desc:"First day on which a deal may have been created."`
	EndFrom     string `yaml:"end_from" format:"date" desc:"First day on which a course may end."`
	EndTo       string `yaml:"end_to" format:"date" desc:"Last day on which a course may end."`
	ShownFrom   string `yaml:"shown_from" optional:"December of years.rank" format:"month" desc:"First month with a card of its own; courses that end earlier share one."`
	ShownTo     string `yaml:"shown_to" optional:"the month of end_to" format:"month" desc:"Last month with a card."`
}

// QualityControl is rules for records.
type QualityControl struct {
	SinceDate            string         `yaml:"since_date" format:"date" desc:"Deals created earlier are not checked."`
	GraceDays            int            `yaml:"grace_days" default:"7" min:"0" max:"365" unit:"days" desc:"How long after its creation a deal may lack category and course format."`
	NonRevenueNameMarker string         `yaml:"non_revenue_name_marker" optional:"none" desc:"Deals with this in their name are not checked."`
	ReviewSkipNameMarker string         `yaml:"review_skip_name_marker" optional:"none" desc:"Deals with this in their name need no review in the revenue report."`
	Rules                []QCRule       `yaml:"rules" nonempty:"true" desc:"Rules that are checked, in the order of the screen. One that is not listed is off."`
	HiddenRuleCodes      []string       `yaml:"hidden_rule_codes" optional:"none" desc:"Rules that are computed and not shown."`
	ExcludedDeals        []ExcludedDeal `yaml:"excluded_deals" optional:"none" desc:"Deals that are not checked."`
	MonthExemptOwners    []string       `yaml:"month_name_exempt_owners" optional:"nobody" desc:"Owners whose deals may lack contact data if the deal's name has a month, without the letter that tells namesakes apart."`
	LecturerExemptOwners []string       `yaml:"lecturer_month_exempt_owners" optional:"nobody" desc:"Owners whose deals may lack lecturer data if the deal's name has a month, as shown."`
	ContractExempt       []ContractOrgs `yaml:"contract_after_start_exempt" optional:"none" desc:"Customers whose contracts may be signed after the course began."`
	ProposalRule         ProposalRule   `yaml:"proposal_rule" desc:"Which deals need a proposal (R16)."`
}

// QCRule is a rule as it is shown.
type QCRule struct {
	Code    string `yaml:"code" desc:"R1 to R17."`
	Label   string `yaml:"label" nonempty:"true" desc:"What the API calls it."`
	Title   string `yaml:"title" optional:"the label" desc:"Short form on the screen."`
	Advice  string `yaml:"advice" optional:"none" desc:"What to do about it."`
	Enabled bool   `yaml:"enabled" default:"true" desc:"false switches the rule off."`
}

// ExcludedDeal names deals of an owner.
type ExcludedDeal struct {
	Owner          string   `yaml:"owner" nonempty:"true" desc:"The owner as shown."`
	DealNames      []string `yaml:"deal_names" optional:"see deal_name_prefix" desc:"Whole names of deals."`
	DealNamePrefix string   `yaml:"deal_name_prefix" optional:"see deal_names" desc:"How names of deals begin."`
}

// ContractOrgs names customers of an owner.
type ContractOrgs struct {
	Owner    string   `yaml:"owner" nonempty:"true" desc:"The owner as shown."`
	OrgNames []string `yaml:"org_names" nonempty:"true" desc:"Names of organisations."`
}

// ProposalRule says which deals need a proposal.
type ProposalRule struct {
	CreatedFrom    string `yaml:"created_from" format:"date" desc:"Deals created earlier need none."`
	Category       string `yaml:"category" nonempty:"true" desc:"Category of the course."`
	SizeGroup      string `yaml:"size_group" nonempty:"true" desc:"Size group of the customer."`
	NotNeededValue string `yaml:"not_needed_value" nonempty:"true" desc:"What the field says when there is none to write."`
}

// Accounting is what accounting already knows.
type Accounting struct {
	AuditStartMonth string   `yaml:"audit_start_month" optional:"nothing is audited" format:"month" desc:"First month whose courses must be known."`
	CourseIDs       []string `yaml:"course_ids" optional:"none" loose:"true" desc:"Ids of courses reported so far. Only their digits count."`
	CourseIDsFile   string   `yaml:"course_ids_file" optional:"none" desc:"Tab-separated export of the accounting system with a column 코스 ID, read besides course_ids. A relative path is relative to this file."`
}

// RevenueReport is the monthly revenue report.
type RevenueReport struct {
	Years         []int  `yaml:"years" min:"2000" max:"2100" optional:"from the year before years.rank to the one after years.plan" desc:"Years to choose from, ascending."`
	HistoryFrom   string `yaml:"history_from" optional:"accounting.audit_start_month" format:"month" desc:"First month of the review history."`
	GraceWeekdays int    `yaml:"grace_weekdays" default:"5" min:"0" max:"23" unit:"weekdays" desc:"How long into a month the screen opens with the month before."`
}

// Targetboard is the Targetboard.
type Targetboard struct {
	LimitPerSize *int                 `yaml:"limit_per_size" optional:"all" min:"1" max:"200000" unit:"organisations" desc:"How many organisations of a size count."`
	Exclusions   []CounterpartyOfTier `yaml:"exclusions" optional:"none" desc:"Counterparties that do not count."`
}

// CounterpartyOfTier names a counterparty on the Targetboard.
type CounterpartyOfTier struct {
	Tier     string `yaml:"tier" nonempty:"true" desc:"Grade, or N for targets without business."`
	OrgName  string `yaml:"org" nonempty:"true" desc:"Name of the organisation."`
	UpperOrg string `yaml:"counterparty" nonempty:"true" desc:"Its upper organisation."`
}

// MemoForms says what memos written by web forms look like.
type MemoForms struct {
	FormMarkers      []string `yaml:"form_markers" optional:"none" desc:"A memo that contains one of these was written by a form."`
	SkipMarker       string   `yaml:"skip_marker" optional:"none" desc:"A memo that contains this says nothing."`
	DropKeys         []string `yaml:"drop_keys" optional:"none" desc:"Fields to leave out, written without blanks."`
	MinimalKeys      []string `yaml:"minimal_keys" optional:"none" desc:"A form with exactly these fields says nothing."`
	QuestionKeyWords []string `yaml:"question_key_words" optional:"none" desc:"Fields whose name contains one of these are the customer's question."`
}

// Links are pages elsewhere.
type Links struct {
	Company  string `yaml:"company" optional:"no link" format:"url" desc:"Page about the whole company."`
	UpperOrg string `yaml:"upper_org" optional:"no link" format:"url" desc:"Page about one upper organisation."`
}
