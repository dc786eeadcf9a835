package workspace

import (
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// PublicSchema names the form of Public.
const PublicSchema = "workspace/v1"

// Public is what screens are told of the workspace: GET /api/workspace
// (spec 07 §5). It names the staff, so it is as confidential as the records.
type Public struct {
	SchemaVersion string             `json:"schemaVersion"`
	Name          string             `json:"name"`
	TimeZone      string             `json:"timeZone"`
	Numbers       normalise.Numbers  `json:"numbers"`
	DateMode      normalise.DateMode `json:"dateMode"`
	FrozenNow     *string            `json:"frozenNow"` // RFC 3339; null: the real clock

	ReportYear int   `json:"reportYear"` // Y of every title
	Years      []int `json:"years"`      // that year toggles offer: P and Y

	CRM               PublicCRM           `json:"crm"`
	Teams             []PublicTeam        `json:"teams"`
	Menu              PublicMenu          `json:"menu"`
	Scopes            []PublicOption      `json:"scopes"` // of the close rate
	CustomerTypes     []PublicOption      `json:"customerTypes"`
	SizeGroups        PublicSizes         `json:"sizeGroups"`
	CourseFormats     PublicFormats       `json:"courseFormats"`
	CategoryGroups    []string            `json:"categoryGroups"`
	Tiers             []PublicTier        `json:"tiers"`      // highest first
	KeyAccount        *PublicKeyAccount   `json:"keyAccount"` // null: there is none
	Targetboard       PublicTargetboard   `json:"targetboard"`
	MonthlyTargetsEok map[string]float64  `json:"monthlyTargetsEok"` // 억 by YYMM
	PnL               PublicPnL           `json:"pnl"`
	Retention         PublicMonths        `json:"retention"` // months with a card
	QC                PublicQC            `json:"qc"`
	RevenueReport     PublicRevenueReport `json:"revenueReport"`
	StatePath         PublicStatePath     `json:"statepath"`
	Links             PublicLinks         `json:"links"`
	Snapshot          PublicSnapshot      `json:"snapshot"`
}

// PublicCRM is where records can be opened; null: nowhere.
type PublicCRM struct {
	BaseURL *string `json:"baseUrl"`
}

// PublicTeam is a team with its parts.
type PublicTeam struct {
	Key        string       `json:"key"`
	Label      string       `json:"label"`
	ShortLabel string       `json:"shortLabel"`
	Parts      []PublicPart `json:"parts"`
}

// PublicPart is a part with its members as the roster spells them. ScopeKey is
// its value of the scope parameter, null if it has none.
type PublicPart struct {
	Key      string   `json:"key"`
	Label    string   `json:"label"`
	ScopeKey *string  `json:"scopeKey"`
	Members  []string `json:"members"`
}

// PublicOption is a value to choose and what to call it.
type PublicOption struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// PublicSizes are the lists of company sizes.
type PublicSizes struct {
	Inquiry     []string `json:"inquiry"`
	StatePath   []string `json:"statepath"`
	Targetboard []string `json:"targetboard"` // what a size contains that counts there
	Default     string   `json:"default"`
}

// PublicFormats are the lists of course formats.
type PublicFormats struct {
	Online          []string `json:"online"`
	InquiryOrder    []string `json:"inquiryOrder"`
	CloseRateGroups []string `json:"closeRateGroups"`
}

// PublicTier is a grade: from how many 억 a year, and from how many for a rail
// or cell of the state path.
type PublicTier struct {
	Key              string  `json:"key"`
	MinEok           float64 `json:"minEok"`
	RailMinEok       float64 `json:"railMinEok"`
	TargetMultiplier float64 `json:"targetMultiplier"`
}

// PublicKeyAccount is the customer that is reported separately. SegmentToken is
// the key of its segment in monthly amounts; the target is in won, null if it
// is computed.
type PublicKeyAccount struct {
	OrgName        string   `json:"orgName"`
	SegmentToken   string   `json:"segmentToken"`
	Label          string   `json:"label"`
	FixedTargetWon *float64 `json:"fixedTargetWon"`
}

// PublicTargetboard bounds the Targetboard.
type PublicTargetboard struct {
	LimitPerSize *int                       `json:"limitPerSize"` // organisations; null: all
	Exclusions   []PublicCounterpartyOfTier `json:"exclusions"`
}

// PublicCounterpartyOfTier names a counterparty that does not count.
type PublicCounterpartyOfTier struct {
	Tier     string `json:"tier"`
	OrgName  string `json:"orgName"`
	UpperOrg string `json:"upperOrg"`
}

// PublicPnL is the cost model: rates as shares, the rest in 억 a month.
type PublicPnL struct {
	Assumptions      PublicAssumptions `json:"assumptions"`
	RentRate         float64           `json:"rentRate"` // of labour
	OtherBaseEok     float64           `json:"otherBaseEok"`
	OtherOfflineRate float64           `json:"otherOfflineRate"`
}

// PublicAssumptions are the costs that a user may change.
type PublicAssumptions struct {
	OnlineContribCostRate  float64 `json:"onlineContribCostRate"`
	OfflineContribCostRate float64 `json:"offlineContribCostRate"`
	MonthlyProdCost        float64 `json:"monthlyProdCost"`
	MonthlyMktCost         float64 `json:"monthlyMktCost"`
	MonthlyLaborCost       float64 `json:"monthlyLaborCost"`
}

// PublicMonths are a first and a last month, `2025-12`.
type PublicMonths struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// PublicQC is quality control.
type PublicQC struct {
	Since       string         `json:"since"`
	Rules       []PublicQCRule `json:"rules"`
	HiddenCodes []string       `json:"hiddenCodes"`
}

// PublicQCRule is a rule in words.
type PublicQCRule struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Advice string `json:"advice"`
}

// PublicRevenueReport is the revenue report; historyFrom is null without one.
type PublicRevenueReport struct {
	Years            []int   `json:"years"`
	HistoryFrom      *string `json:"historyFrom"`
	GraceWeekdays    int     `json:"graceWeekdays"`
	NonRevenueMarker string  `json:"nonRevenueMarker"`
}

// PublicStatePath is the state path: its two years, its buckets from low to
// high.
type PublicStatePath struct {
	Years       []int    `json:"years"`
	Buckets     []string `json:"buckets"`
	HRDKeywords []string `json:"hrdKeywords"`
	Limit       int      `json:"limit"`
}

// PublicLinks are pages elsewhere; null: none.
type PublicLinks struct {
	Company  *string `json:"company"`
	UpperOrg *string `json:"upperOrg"`
}

// PublicSnapshot is the snapshot that was being served.
type PublicSnapshot struct {
	Version string `json:"version"`
}

// Public returns what screens are told. rules are those that hold, which the
// environment may have changed; snapshotVersion is empty before the first
// snapshot.
func (w *Workspace) Public(rules normalise.Rules, snapshotVersion string) Public {
	costs, q, targetSizes := w.PnLCosts, w.QualityControl, make([]string, 0, len(w.CompanySizes.Major))
	for _, size := range w.CompanySizes.Major {
		targetSizes = append(targetSizes, sizeWord(size))
	}
	return Public{
		SchemaVersion: PublicSchema,
		Name:          w.Identity.Name,
		TimeZone:      w.Identity.TimeZone,
		Numbers:       rules.Numbers,
		DateMode:      rules.Dates,
		FrozenNow:     w.publicFrozenNow(),
		ReportYear:    w.Years.Plan,
		Years:         []int{w.Years.Plan - 1, w.Years.Plan},
		CRM:           PublicCRM{BaseURL: textOrNull(strings.TrimRight(w.CRM.BaseURL, "/"))},
		Teams:         w.publicTeams(),
		Menu:          w.publicMenu(),
		Scopes:        w.publicScopes(),
		CustomerTypes: []PublicOption{{"new", "신규 고객"}, {"existing", "기존 고객"}, {"all", everybody}},
		SizeGroups: PublicSizes{
			Inquiry:     w.Inquiries.SizeGroups,
			StatePath:   append([]string{everybody}, w.CompanySizes.Groups...),
			Targetboard: targetSizes,
			Default:     w.CompanySizes.DefaultSize,
		},
		CourseFormats: PublicFormats{
			Online:          w.CourseFormats.Online,
			InquiryOrder:    w.Inquiries.CourseFormats,
			CloseRateGroups: w.CloseGroups(),
		},
		CategoryGroups:    w.Inquiries.CategoryGroups,
		Tiers:             w.publicTiers(),
		KeyAccount:        w.publicKeyAccount(),
		Targetboard:       w.publicTargetboard(),
		MonthlyTargetsEok: asMap(w.MonthlyTargetsEok),
		PnL: PublicPnL{
			Assumptions: PublicAssumptions{
				OnlineContribCostRate:  costs.OnlineContributionRate,
				OfflineContribCostRate: costs.OfflineContributionRate,
				MonthlyProdCost:        costs.FixedProductionEok,
				MonthlyMktCost:         costs.FixedMarketingEok,
				MonthlyLaborCost:       costs.FixedLaborEok,
			},
			RentRate:         costs.RentRateOfLabor,
			OtherBaseEok:     costs.FixedOtherBaseEok,
			OtherOfflineRate: costs.FixedOtherOfOffline,
		},
		Retention: PublicMonths{From: w.OnlineRetention.ShownFrom, To: w.OnlineRetention.ShownTo},
		QC:        PublicQC{Since: q.SinceDate, Rules: publicRules(q), HiddenCodes: notNil(q.HiddenRuleCodes)},
		RevenueReport: PublicRevenueReport{
			Years:            w.RevenueReport.Years,
			HistoryFrom:      textOrNull(w.RevenueReport.HistoryFrom),
			GraceWeekdays:    w.RevenueReport.GraceWeekdays,
			NonRevenueMarker: q.ReviewSkipNameMarker,
		},
		StatePath: PublicStatePath{
			Years:       w.Years.StatePath,
			Buckets:     w.StatePath.BucketOrder,
			HRDKeywords: w.StatePath.HRDKeywords,
			Limit:       w.StatePath.PortfolioLimit,
		},
		Links:    PublicLinks{Company: textOrNull(w.Links.Company), UpperOrg: textOrNull(w.Links.UpperOrg)},
		Snapshot: PublicSnapshot{Version: snapshotVersion},
	}
}

func (w *Workspace) publicFrozenNow() *string {
	if !w.Frozen() {
		return nil
	}
	text := w.Now(time.Time{}).Format(time.RFC3339)
	return &text
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func asMap(d Dict[float64]) map[string]float64 {
	m := make(map[string]float64, len(d))
	for _, p := range d {
		m[p.Key] = p.Value
	}
	return m
}
