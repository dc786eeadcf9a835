package pnl

// Keys of the lines that this package computes (spec 03 §4.3). Their labels and
// order are the workspace's.
const (
	revTotal      = "REV_TOTAL"
	revOnline     = "REV_ONLINE"
	revOffline    = "REV_OFFLINE"
	costTotal     = "COST_CONTRIB_TOTAL"
	costOnline    = "COST_CONTRIB_ONLINE"
	costOffline   = "COST_CONTRIB_OFFLINE"
	profitTotal   = "PROFIT_CONTRIB_TOTAL"
	profitOnline  = "PROFIT_CONTRIB_ONLINE"
	profitOffline = "PROFIT_CONTRIB_OFFLINE"
	fixedTotal    = "COST_FIXED_TOTAL"
	fixedProd     = "COST_FIXED_PROD"
	fixedMkt      = "COST_FIXED_MKT"
	fixedLabor    = "COST_FIXED_LABOR"
	fixedRent     = "COST_FIXED_RENT"
	fixedOther    = "COST_FIXED_OTHER"
	op            = "OP"
	opMargin      = "OP_MARGIN"
)

// expect computes the lines of a month from its revenue, unrounded, all in 억.
// The margin is left to margin, which knows that there may be none.
func (c *Costs) expect(online, offline float64) map[string]float64 {
	onlineCost := float64(online * c.OnlineContributionRate)
	offlineCost := float64(offline * c.OfflineContributionRate)
	rent := float64(c.Labor * c.RentRateOfLabor)
	other := c.OtherBase + float64(offline*c.OtherRateOfOffline)
	fixed := c.Production + c.Marketing + c.Labor + rent + other
	profit := (online - onlineCost) + (offline - offlineCost)
	return map[string]float64{
		revTotal: online + offline, revOnline: online, revOffline: offline,
		costTotal: onlineCost + offlineCost, costOnline: onlineCost, costOffline: offlineCost,
		profitTotal: profit, profitOnline: online - onlineCost, profitOffline: offline - offlineCost,
		fixedTotal: fixed, fixedProd: c.Production, fixedMkt: c.Marketing, fixedLabor: c.Labor, fixedRent: rent, fixedOther: other,
		op: profit - fixed,
	}
}

// margin is the profit in percent of the revenue, nil without revenue.
func margin(profit, revenue float64) *float64 {
	if revenue == 0 {
		return nil
	}
	return rounded(profit / revenue * 100)
}
