package workspace

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// complete fills in the defaults that depend on other values.
func (w *Workspace) complete() {
	c := &w.Config
	if c.DateMode == "" {
		c.DateMode = c.Clock.DateMode
	}
	for i := range c.Teams {
		t := &c.Teams[i]
		if t.ShortName == "" {
			t.ShortName = lastWord(t.Name)
		}
		for j := range t.Parts {
			if t.Parts[j].Key == "" {
				t.Parts[j].Key = c.partKey(t, j)
			}
		}
	}
	if len(c.QCTeamLabels) == 0 {
		for _, t := range c.Teams {
			c.QCTeamLabels = append(c.QCTeamLabels, Pair[string]{Key: t.Key, Value: t.Name})
		}
	}
	if len(c.CourseFormats.OnlinePnL) == 0 {
		c.CourseFormats.OnlinePnL = c.CourseFormats.Online
	}
	if len(c.CourseFormats.CloseRateOnline) == 0 {
		c.CourseFormats.CloseRateOnline = c.CourseFormats.Online
	}
	if c.CompanySizes.DefaultSize == "" {
		c.CompanySizes.DefaultSize = c.CompanySizes.Major[0]
	}
	if c.DealCheck.RetentionYear == 0 {
		c.DealCheck.RetentionYear = c.Years.Rank
	}
	if c.OnlineRetention.ShownFrom == "" {
		c.OnlineRetention.ShownFrom = fmt.Sprintf("%04d-12", c.Years.Rank)
	}
	if c.OnlineRetention.ShownTo == "" {
		c.OnlineRetention.ShownTo = c.OnlineRetention.EndTo[:len(monthLayout)]
	}
	if len(c.RevenueReport.Years) == 0 {
		for year := c.Years.Rank - 1; year <= c.Years.Plan+1; year++ {
			c.RevenueReport.Years = append(c.RevenueReport.Years, year)
		}
	}
	if c.RevenueReport.HistoryFrom == "" {
		c.RevenueReport.HistoryFrom = c.Accounting.AuditStartMonth
	}
	for i := range c.QualityControl.Rules {
		if r := &c.QualityControl.Rules[i]; r.Title == "" {
			r.Title = r.Label
		}
	}
}

func lastWord(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return name
	}
	return words[len(words)-1]
}

var numberedPart = regexp.MustCompile(`^p(\d+)$`)

// partKey derives the key of a part from a scope that means it, so that the
// addresses of screens that people have bookmarked stay as they were: edu1_p1
// is edu1's part1, edu2_online its online (spec 07 §1).
func (c *Config) partKey(t *Team, index int) string {
	for _, scopes := range []Dict[Scope]{c.Scopes.MonthlyAmounts, c.Scopes.CloseRate} {
		for _, s := range scopes {
			suffix, ok := strings.CutPrefix(s.Key, t.Key+"_")
			if !ok || s.Value.Team != t.Key || s.Value.Part != t.Parts[index].Name {
				continue
			}
			if m := numberedPart.FindStringSubmatch(suffix); m != nil {
				return "part" + m[1]
			}
			return suffix
		}
	}
	return "part" + strconv.Itoa(index+1)
}
