package workspace

import "github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"

// Config is the workspace file. Tags on the fields are its reference:
//
//	yaml      the key
//	desc      what it means
//	unit      unit of numbers
//	default   value when the key is absent; without it and without optional the key is required
//	optional  the key may be absent; the text says what that means
//	oneof     the values allowed
//	min, max  bounds of a number
//	format    form of a text: date (2025-01-31), month (2025-01), key, url, zone
//	nonempty  a list needs an entry, a text a character
//	loose     a text may be written as a number, or left empty
//	screens   who uses it
type Config struct {
	Identity     Identity          `yaml:"workspace" optional:"all defaults" desc:"Which workspace this is." screens:"every screen"`
	CRM          CRM               `yaml:"crm" optional:"no links" desc:"Where records can be opened in the CRM." screens:"every table with names"`
	Numbers      normalise.Numbers `yaml:"numbers" default:"corrected" oneof:"corrected as_before" desc:"Which numbers to give: corrected, or equal to the replaced service." screens:"every screen; info panel"`
	DateMode     string            `yaml:"date_mode" optional:"kst with corrected, text with as_before" oneof:"kst text strict legacy shadow" desc:"How dates are read: as Korean days (kst, also called strict), or as their text begins (text, also called legacy or shadow). DATE_KST_MODE overrides it." screens:"every screen; info panel"`
	Clock        Clock             `yaml:"clock" optional:"the real clock" desc:"Today." screens:"deal check, quality control"`
	Teams        []Team            `yaml:"teams" nonempty:"true" desc:"Sales teams in the order of the screens." screens:"menu, DRI, Targetboard, deal check, retention, quality control, revenue report"`
	TeamUnions   Dict[[]string]    `yaml:"team_unions" optional:"none" desc:"Keys that stand for several teams. A key that qc_team_labels has too is for quality control, any other for deal check and performance." screens:"deal check, monthly amounts, quality control"`
	QCTeamLabels Dict[string]      `yaml:"qc_team_labels" optional:"each team under its name" desc:"Team keys that quality control takes, with the names it shows." screens:"quality control"`
	Scopes       Scopes            `yaml:"scopes" optional:"none" desc:"Values of the scope parameter and whom each means." screens:"monthly amounts, close rate"`

	CourseFormats CourseFormats `yaml:"course_formats" desc:"Course formats as the CRM spells them." screens:"every screen that splits online and offline"`
	CompanySizes  CompanySizes  `yaml:"company_sizes" desc:"Company sizes, and the words that give an organisation's size away." screens:"StatePath, quality control, monthly amounts, size filters"`
	Inquiries     Inquiries     `yaml:"inquiries" desc:"Rows of the inquiry grid. In each list 미기재 is for what is missing and 기타 for everything else." screens:"inquiries, close rate"`
	Performance   Performance   `yaml:"performance" desc:"Monthly amounts." screens:"monthly amounts, ranking"`

	RankSummary RankSummary `yaml:"rank_summary" optional:"all defaults" desc:"Totals by company size." screens:"ranking"`
	Grades      Grades      `yaml:"grades" desc:"Grades of customers, and the targets that follow from them." screens:"ranking, DRI, Targetboard, deal check"`
	StatePath   StatePath   `yaml:"statepath" desc:"Buckets and lanes of the state path." screens:"StatePath"`
	Years       Years       `yaml:"years" desc:"Years that the views are built around." screens:"every screen"`

	DealCheck       DealCheck       `yaml:"deal_check" optional:"all defaults" desc:"Deal check." screens:"deal check"`
	OnlineRetention OnlineRetention `yaml:"online_retention" desc:"Which online courses the retention list shows. Days are compared as text." screens:"online retention"`
	QualityControl  QualityControl  `yaml:"quality_control" desc:"Rules for records, and who is exempt." screens:"quality control, revenue report"`
	Accounting      Accounting      `yaml:"accounting" optional:"nothing is audited" desc:"What accounting already knows." screens:"revenue report"`
	RevenueReport   RevenueReport   `yaml:"revenue_report" optional:"all defaults" desc:"Monthly revenue report." screens:"revenue report"`

	ExistingCustomers Dict[[]string] `yaml:"existing_customers" optional:"computed for every year" desc:"Names of organisations that count as existing customers, by year. A year that is not listed is computed from the deals Won the year before." screens:"close rate"`

	CounterpartyTargets CounterpartyTargets `yaml:"counterparty_targets" optional:"none" desc:"Sales targets of the plan year by counterparty. Rows are as people typed them: one whose amount is no number is left out, and so is a counterparty with two amounts." screens:"DRI, Targetboard"`
	Targetboard         Targetboard         `yaml:"targetboard" optional:"all defaults" desc:"Targetboard." screens:"Targetboard"`
	MonthlyTargetsEok   Dict[float64]       `yaml:"monthly_targets_eok" optional:"no target row" unit:"억" desc:"Target of the amount won, by month (YYMM)." screens:"monthly amounts"`

	PnLCosts           PnLCosts         `yaml:"pnl_costs" desc:"Cost assumptions behind the expected column of the plan year's P&L." screens:"P&L"`
	PnLTargets         PnLTargets       `yaml:"pnl_targets" optional:"no targets" desc:"P&L targets." screens:"P&L"`
	PnLActualOverrides []ActualOverride `yaml:"pnl_actual_overrides" optional:"none" desc:"P&L actuals entered by hand." screens:"P&L"`

	MemoForms MemoForms `yaml:"memo_forms" optional:"no memo is taken for a form" desc:"What memos written by web forms look like." screens:"organisation viewer (JSON and Markdown dossiers)"`
	Links     Links     `yaml:"links" optional:"no links" desc:"Pages elsewhere that the viewer links to." screens:"organisation viewer"`
}

// Identity says which workspace this is.
type Identity struct {
	Name     string `yaml:"name" optional:"no name" desc:"Name of the workspace."`
	TimeZone string `yaml:"timezone" default:"Asia/Seoul" format:"zone" desc:"Where the day begins."`
}

// CRM is where records can be opened.
type CRM struct {
	BaseURL string `yaml:"base_url" optional:"no links" format:"url" desc:"Address of the workspace in the CRM; records are at contact/organization/ID, contact/people/ID and deal/ID below it."`
}

// Clock is today.
type Clock struct {
	FrozenNow string `yaml:"frozen_now" optional:"the real clock" desc:"The moment that counts as now, to reproduce the report of a past day: 2026-02-05T10:00:00+09:00, or without an offset in the workspace's time zone."`
	DateMode  string `yaml:"date_mode" optional:"as date_mode" oneof:"kst text strict legacy shadow" desc:"Older place of date_mode."`
}

// Team is a sales team.
type Team struct {
	Key       string `yaml:"key" format:"key" desc:"Key in addresses and parameters."`
	Name      string `yaml:"name" nonempty:"true" desc:"Name on the screen."`
	ShortName string `yaml:"short_name" optional:"the last word of the name" desc:"Name where there is little room."`
	Parts     []Part `yaml:"parts" nonempty:"true" desc:"Parts in the order of the screens. A team without parts has a single one."`
}

// Part is a part of a team.
type Part struct {
	Name    string   `yaml:"name" nonempty:"true" desc:"Name on the screen."`
	Key     string   `yaml:"key" optional:"from its scope (edu1_p1: part1, edu2_online: online), else part1, part2 …" format:"key" desc:"Key in the addresses of screens."`
	Members []string `yaml:"members" desc:"Members as the CRM spells them; one Latin letter at the end of a name only tells namesakes apart."`
}

// Scopes are the values of the scope parameter by endpoint family.
type Scopes struct {
	MonthlyAmounts Dict[Scope] `yaml:"monthly_amounts" optional:"none" desc:"Scopes of monthly amounts."`
	CloseRate      Dict[Scope] `yaml:"close_rate" optional:"none" desc:"Scopes of the close rate, in the order of the buttons."`
}

// Scope says whose deals count. Exactly one of a part, some teams, and nobody
// being left out.
type Scope struct {
	Label    string   `yaml:"label" optional:"made of the names" desc:"Name on the screen."`
	Team     string   `yaml:"team" optional:"see part" desc:"Key of the team that the part belongs to."`
	Part     string   `yaml:"part" optional:"see team" desc:"Name of a part of the team."`
	Teams    []string `yaml:"teams" optional:"see team" desc:"Keys of teams."`
	NoFilter bool     `yaml:"no_filter" optional:"false" desc:"true: every deal counts, also one that nobody owns."`
}

// CourseFormats are course formats as the CRM spells them.
type CourseFormats struct {
	Online                 []string `yaml:"online" nonempty:"true" desc:"Formats that are online."`
	OnlinePnL              []string `yaml:"online_pnl" optional:"as online" desc:"Formats that are online in the P&L, where whitespace before a bracket does not count."`
	CloseRateOnline        []string `yaml:"close_rate_online" optional:"as online" desc:"Formats that each have a group of their own in the close rate."`
	CloseRateOffline       []string `yaml:"close_rate_offline" desc:"Formats that the close rate puts into one group."`
	CloseRateOfflineGroup  string   `yaml:"close_rate_offline_group" nonempty:"true" desc:"Name of that group."`
	CloseRateOfflineTopics string   `yaml:"close_rate_offline_category_group" nonempty:"true" desc:"Category group that the offline group is limited to."`
}

// CompanySizes are sizes of organisations.
type CompanySizes struct {
	Groups             []string `yaml:"groups" nonempty:"true" desc:"Size groups in the order of the screens."`
	PublicKeywords     []string `yaml:"public_keywords" desc:"Words in the name of a public body."`
	UniversityKeywords []string `yaml:"university_keywords" desc:"Words in the name of a university, in any case of letters."`
	Major              []string `yaml:"major" nonempty:"true" desc:"Sizes that count as corporate."`
	SummaryDefaults    []string `yaml:"summary_defaults" nonempty:"true" desc:"Sizes that the summary by size always has."`
	DefaultSize        string   `yaml:"default_size" optional:"the first of major" desc:"Size that lists start with."`
}

// Inquiries are the rows of the inquiry grid.
type Inquiries struct {
	SizeGroups      []string       `yaml:"size_groups" nonempty:"true" desc:"Sizes."`
	CourseFormats   []string       `yaml:"course_formats" nonempty:"true" desc:"Course formats."`
	CategoryGroups  []string       `yaml:"category_groups" nonempty:"true" desc:"Groups of categories."`
	CategoryMembers Dict[[]string] `yaml:"category_members" desc:"Categories as the CRM spells them, by group."`
}

// Performance is monthly amounts.
type Performance struct {
	KeyAccountOrgName        string    `yaml:"key_account_org_name" optional:"no key account" desc:"Name of the organisation that has segments of its own."`
	KeyAccountFixedTargetEok *float64  `yaml:"key_account_fixed_target_eok" optional:"computed as for others" unit:"억" desc:"Target of the key account in the plan year."`
	Segments                 []Segment `yaml:"segments" nonempty:"true" desc:"Cards of monthly amounts, in order."`
}

// Segment is a card of monthly amounts.
type Segment struct {
	Key     string `yaml:"key" format:"key" desc:"Key in parameters."`
	Label   string `yaml:"label" nonempty:"true" desc:"Name on the screen."`
	Company string `yaml:"company" oneof:"any only except" desc:"Whether the key account counts."`
	Rail    string `yaml:"rail" oneof:"any online offline" desc:"Which course formats count."`
	Size    string `yaml:"size" oneof:"any major non_major" desc:"Which company sizes count."`
}
