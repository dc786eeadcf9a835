package workspace

import (
	"slices"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// catalog is the lists of the file in the form in which values are looked up.
type catalog struct {
	online, onlinePnL     normalise.FormatSet
	closeFormats          normalise.CloseFormats
	sizes                 normalise.Sizes
	sizeRows, formatRows  normalise.Labels
	categories            normalise.Categories
	grades                normalise.Grades
	companyBuckets, rails Buckets
	existing              map[int]Names
}

func newCatalog(c *Config) catalog {
	f := c.CourseFormats
	members := map[string][]string{}
	for _, group := range c.Inquiries.CategoryMembers {
		members[group.Key] = group.Value
	}
	existing := map[int]Names{}
	for _, list := range c.ExistingCustomers {
		if year, err := strconv.Atoi(list.Key); err == nil {
			existing[year] = newNames(list.Value)
		}
	}
	return catalog{
		online:       normalise.NewFormatSet(f.Online...),
		onlinePnL:    normalise.NewFormatSet(f.OnlinePnL...),
		closeFormats: normalise.NewCloseFormats(f.CloseRateOnline, f.CloseRateOffline, f.CloseRateOfflineGroup),
		sizes: normalise.Sizes{
			Labels:             c.CompanySizes.Groups,
			PublicKeywords:     c.CompanySizes.PublicKeywords,
			UniversityKeywords: c.CompanySizes.UniversityKeywords,
		},
		sizeRows:       normalise.NewLabels(c.Inquiries.SizeGroups...),
		formatRows:     normalise.NewLabels(c.Inquiries.CourseFormats...),
		categories:     normalise.NewCategories(members),
		grades:         gradesOf(c.Grades.CompanyMinEok),
		companyBuckets: Buckets{None: c.StatePath.BucketOrder[0], grades: gradesOf(c.StatePath.CompanyMinEok)},
		rails:          Buckets{None: c.StatePath.BucketOrder[0], grades: gradesOf(c.StatePath.RailMinEok)},
		existing:       existing,
	}
}

func gradesOf(thresholds []Threshold) normalise.Grades {
	grades := make(normalise.Grades, len(thresholds))
	for i, t := range thresholds {
		grades[i] = normalise.Grade{Name: t.Name, MinEok: t.MinEok}
	}
	return grades
}

// OnlineFormats are the course formats that are online (N-ONLINE).
func (w *Workspace) OnlineFormats() normalise.FormatSet { return w.catalog.online }

// OnlinePnLFormats are those that are online in the P&L (spec 03 §4.2).
func (w *Workspace) OnlinePnLFormats() normalise.FormatSet { return w.catalog.onlinePnL }

// CloseFormats groups course formats for the close rate (N-FORMAT-CLOSE).
func (w *Workspace) CloseFormats() normalise.CloseFormats { return w.catalog.closeFormats }

// CloseGroups are the groups of CloseFormats in the order of the screen.
func (w *Workspace) CloseGroups() []string {
	return append(slices.Clip(w.CourseFormats.CloseRateOnline), w.CourseFormats.CloseRateOfflineGroup)
}

// Sizes is the workspace's part of N-SIZE.
func (w *Workspace) Sizes() normalise.Sizes { return w.catalog.sizes }

// SizeRows are the sizes of the inquiry and close rate grids (N-SIZE-INQ).
func (w *Workspace) SizeRows() normalise.Labels { return w.catalog.sizeRows }

// FormatRows are the course formats of the inquiry grid (N-FORMAT-INQ).
func (w *Workspace) FormatRows() normalise.Labels { return w.catalog.formatRows }

// Categories groups categories (N-CATEGORY-GROUP).
func (w *Workspace) Categories() normalise.Categories { return w.catalog.categories }

// GradeTable is the grade table of yearly totals (N-GRADE).
func (w *Workspace) GradeTable() normalise.Grades { return w.catalog.grades }

// OfflineMultiplier is what a customer's offline amount of last year is
// multiplied with to give this year's target (spec 04 §1).
func (w *Workspace) OfflineMultiplier(grade string) float64 {
	if m, ok := w.Grades.OfflineTargetMultiplier.Get(grade); ok {
		return m
	}
	return w.Grades.DefaultMultiplier
}

// Buckets are the steps of the state path (spec 05 §8).
type Buckets struct {
	None   string // nothing, or less
	grades normalise.Grades
}

// Of returns the bucket of an amount in 억.
func (b Buckets) Of(eok float64) string {
	if !(eok > 0) {
		return b.None
	}
	return b.grades.OfEok(eok)
}

// CompanyBuckets are the buckets of a company's yearly total.
func (w *Workspace) CompanyBuckets() Buckets { return w.catalog.companyBuckets }

// RailBuckets are the buckets of a rail or cell.
func (w *Workspace) RailBuckets() Buckets { return w.catalog.rails }

// IsHRD reports whether an upper organisation deals with people and their
// learning (lane HRD of spec 05 §8), by its name.
func (w *Workspace) IsHRD(upperOrg string) bool {
	upper := strings.ToUpper(upperOrg)
	for _, word := range w.StatePath.HRDKeywords {
		if word != "" && strings.Contains(upper, strings.ToUpper(word)) {
			return true
		}
	}
	return false
}

// Matches reports whether a deal counts in a segment of monthly amounts
// (spec 03 §1.2).
func (s Segment) Matches(keyAccount, online, major bool) bool {
	return allows(s.Company, "only", "except", keyAccount) &&
		allows(s.Rail, "online", "offline", online) &&
		allows(s.Size, "major", "non_major", major)
}

// allows reports whether a setting that is yes, no or any lets value pass.
func allows(setting, yes, no string, value bool) bool {
	return setting != yes && setting != no || (setting == yes) == value
}

// ExistingCustomers returns the organisations that the file lists as existing
// customers of a year; false if the year is to be computed (spec 03 §3.2).
func (w *Workspace) ExistingCustomers(year int) (names Names, listed bool) {
	names, listed = w.catalog.existing[year]
	return names, listed
}
