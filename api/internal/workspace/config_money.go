package workspace

// CounterpartyTargets are sales targets of the plan year.
type CounterpartyTargets struct {
	Offline []CounterpartyTarget `yaml:"offline" optional:"none" desc:"Offline targets."`
	Online  []CounterpartyTarget `yaml:"online" optional:"none" desc:"Online targets."`
}

// CounterpartyTarget is one row.
type CounterpartyTarget struct {
	Org          string `yaml:"org" loose:"true" desc:"Name of the organisation."`
	OrgID        string `yaml:"org_id" optional:"by name" desc:"Id of the organisation, needed where two have the same name."`
	Counterparty string `yaml:"counterparty" loose:"true" desc:"Upper organisation; nothing or a dash is 미입력."`
	AmountEok    Cell   `yaml:"amount_eok" unit:"억" desc:"The target."`
}

// PnLCosts are cost assumptions.
type PnLCosts struct {
	OnlineContributionRate  float64 `yaml:"online_contribution_rate" min:"0" max:"1" unit:"share of online revenue" desc:"Contribution cost of online courses."`
	OfflineContributionRate float64 `yaml:"offline_contribution_rate" min:"0" max:"1" unit:"share of offline revenue" desc:"Contribution cost of offline courses."`
	FixedProductionEok      float64 `yaml:"fixed_production_eok" min:"0" unit:"억 a month" desc:"Production."`
	FixedMarketingEok       float64 `yaml:"fixed_marketing_eok" min:"0" unit:"억 a month" desc:"Marketing."`
	FixedLaborEok           float64 `yaml:"fixed_labor_eok" min:"0" unit:"억 a month" desc:"Labour."`
	RentRateOfLabor         float64 `yaml:"rent_rate_of_labor" min:"0" max:"1" unit:"share of labour" desc:"Rent."`
	FixedOtherBaseEok       float64 `yaml:"fixed_other_base_eok" min:"0" unit:"억 a month" desc:"Other costs that are always there."`
	FixedOtherOfOffline     float64 `yaml:"fixed_other_rate_of_offline" min:"0" max:"1" unit:"share of offline revenue" desc:"Other costs that come with offline revenue."`
}

// PnLTargets are P&L targets of a year.
type PnLTargets struct {
	Year  int                 `yaml:"year" min:"2000" max:"2099" desc:"The year they are for."`
	Lines Dict[Dict[float64]] `yaml:"lines" unit:"억" desc:"By line, the targets of the year (2026) and of its months (2601). The annual figure is taken as it is, also where the months add up to another."`
}

// ActualOverride is a row of P&L actuals.
type ActualOverride struct {
	Category string     `yaml:"category" loose:"true" desc:"Label of the P&L line."`
	Months   Dict[Cell] `yaml:"months" unit:"억" desc:"Actuals by month (YYMM). What is no number shows as missing; a month of another form is left out."`
}

// PnLLine is a line of the P&L.
type PnLLine struct {
	Key   string
	Label string
	Level int  // 1 is part of the 0 above
	Ratio bool // percent instead of 억
}

// PnLMargin is the key of the one line that is a ratio and has no target.
const PnLMargin = "OP_MARGIN"

// PnLLines are the lines of the P&L in order (spec 03 §4.3): what targets and
// actuals can be given for.
func PnLLines() []PnLLine {
	return []PnLLine{
		{Key: "REV_TOTAL", Label: "총매출"},
		{Key: "REV_ONLINE", Label: "└ 온라인 매출", Level: 1},
		{Key: "REV_OFFLINE", Label: "└ 출강 매출", Level: 1},
		{Key: "COST_CONTRIB_TOTAL", Label: "공헌비용 합계"},
		{Key: "COST_CONTRIB_ONLINE", Label: "└ 온라인 공헌비용", Level: 1},
		{Key: "COST_CONTRIB_OFFLINE", Label: "└ 출강 공헌비용", Level: 1},
		{Key: "PROFIT_CONTRIB_TOTAL", Label: "공헌이익 합계"},
		{Key: "PROFIT_CONTRIB_ONLINE", Label: "└ 온라인 공헌이익", Level: 1},
		{Key: "PROFIT_CONTRIB_OFFLINE", Label: "└ 출강 공헌이익", Level: 1},
		{Key: "COST_FIXED_TOTAL", Label: "고정비 합계"},
		{Key: "COST_FIXED_PROD", Label: "└ 제작비", Level: 1},
		{Key: "COST_FIXED_MKT", Label: "└ 마케팅비", Level: 1},
		{Key: "COST_FIXED_LABOR", Label: "└ 인건비", Level: 1},
		{Key: "COST_FIXED_RENT", Label: "└ 임대료", Level: 1},
		{Key: "COST_FIXED_OTHER", Label: "└ 기타비용", Level: 1},
		{Key: "OP", Label: "OP"},
		{Key: PnLMargin, Label: "영업이익률(%)", Ratio: true},
	}
}
