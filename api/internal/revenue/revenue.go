// Package revenue answers /api/qc/monthly-revenue-report (spec 06 §3): what a
// team reports as revenue of a month, what it ought to look at first, and what
// accounting doesn't know of although it was reported before.
package revenue

import (
	"errors"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// ErrNoSnapshot says that there are no deals to report: the parameters were
// understood, and no snapshot has been published.
var ErrNoSnapshot = errors.New("no snapshot to report from")

// ValueError refuses the value of a parameter. Its text is part of the HTTP
// contract (spec 06 §3), and the answer is a 400.
type ValueError struct{ Detail string }

func (e *ValueError) Error() string { return e.Detail }

// Team is somebody who reports.
type Team struct {
	Key, Label string
	Members    normalise.Members
}

// Config is what a workspace decides.
type Config struct {
	Teams []Team // in the order in which they are named to who asks for another

	// SkipMarker in a deal's name takes the deal off the review list; empty
	// takes off none.
	SkipMarker string

	AccountingStatus string                   // how reading accounting's list went
	Audited          func(month string) bool  // whether contracts of a month (`2025-01`) are looked up in it
	Known            func(digits string) bool // whether it has a course, by the digits of its id
}

// Query is what a request asks for.
type Query struct {
	Team        string
	Year        int // 2000 to 2100
	Month       int // 1 to 12
	HistoryFrom string
}

// Report answers from one snapshot. Nothing in it changes after New, so any
// number of requests may share it.
type Report struct {
	config   Config
	rules    normalise.Rules
	data     *crm.Dataset
	modified float64
}

// New returns a report on the deals of a file written at modified. Without
// data, before the first snapshot, it refuses what it would refuse anyway and
// else fails with ErrNoSnapshot.
func New(data *crm.Dataset, modified time.Time, rules normalise.Rules, config Config) *Report {
	return &Report{config: config, rules: rules, data: data, modified: float64(modified.UnixNano()) / float64(time.Second)}
}

// ReportDeal is a deal whose revenue is reported. Days are `YYYY-MM-DD`; with
// dates read as text, a start or an end may be what somebody wrote instead.
type ReportDeal struct {
	DealID       string   `json:"dealId"`
	CourseID     string   `json:"courseId"`
	DealName     string   `json:"dealName"`
	Owners       []string `json:"owners"`
	Status       *string  `json:"status"`
	ContractDate string   `json:"contractDate"`
	Amount       float64  `json:"amount"` // won
	StartDate    string   `json:"startDate"`
	EndDate      string   `json:"endDate"`
}

// ReviewDeal is a deal that is as good as won and not fit to be reported yet.
type ReviewDeal struct {
	DealID            string   `json:"dealId"`
	CourseID          string   `json:"courseId"`
	DealName          string   `json:"dealName"`
	Owners            []string `json:"owners"`
	Status            *string  `json:"status"`
	Probability       *string  `json:"probability"`
	ExpectedCloseDate string   `json:"expectedCloseDate"`
	ContractDate      string   `json:"contractDate"`
	ExpectedAmount    *float64 `json:"expectedAmount"` // won
	Amount            *float64 `json:"amount"`         // won
	StartDate         string   `json:"startDate"`
	EndDate           string   `json:"endDate"`
}

// MissingDeal is a deal of an earlier month whose course accounting doesn't
// know.
type MissingDeal struct {
	ReportDeal
	Month string `json:"reportMonthKey"` // 2025-01
}

// ReviewMonth is the review list of one month.
type ReviewMonth struct {
	Year  int          `json:"year"`
	Month int          `json:"month"`
	Key   string       `json:"monthKey"` // 2025-01
	Count int          `json:"count"`
	Deals []ReviewDeal `json:"deals"`
}

// Counts are the lengths of the three lists.
type Counts struct {
	Report  int `json:"report"`
	Review  int `json:"review"`
	Missing int `json:"missingAccounting"`
}

// Meta says what the answer was made from.
type Meta struct {
	Version          float64 `json:"db_version"` // when the file was written, Unix seconds
	AccountingStatus string  `json:"accounting_status"`
}

// Answer is the report of a month.
type Answer struct {
	Team    string        `json:"team"`
	Year    int           `json:"year"`
	Month   int           `json:"month"`
	Report  []ReportDeal  `json:"reportDeals"`
	Review  []ReviewDeal  `json:"reviewDeals"`
	Counts  Counts        `json:"counts"`
	Meta    Meta          `json:"meta"`
	Missing []MissingDeal `json:"missingAccountingDeals"`
	// History is there only if it was asked for, newest month first, without
	// months that have nothing to review.
	History []ReviewMonth `json:"reviewHistory,omitzero"`
}

// Month is GET /api/qc/monthly-revenue-report. It fails with a *ValueError, a
// *crm.MissingError or ErrNoSnapshot.
func (r *Report) Month(q Query) (Answer, error) {
	team, err := r.team(q.Team)
	if err != nil {
		return Answer{}, err
	}
	months, err := newMonths(q)
	if err != nil {
		return Answer{}, err
	}
	if r.data == nil {
		return Answer{}, ErrNoSnapshot
	}
	if err := r.require(); err != nil {
		return Answer{}, err
	}
	lists := r.collect(team, months)
	a := Answer{
		Team: q.Team, Year: q.Year, Month: q.Month,
		Report: lists.report, Review: lists.review[months.last], Missing: lists.missing,
		Meta: Meta{Version: r.modified, AccountingStatus: r.config.AccountingStatus},
	}
	if a.Review == nil {
		a.Review = []ReviewDeal{}
	}
	a.Counts = Counts{Report: len(a.Report), Review: len(a.Review), Missing: len(a.Missing)}
	if months.history {
		a.History = lists.history()
	}
	return a, nil
}

// require names the columns without which every list would be empty for a
// reason that nobody sees; others read as NULL (spec 06 §3).
func (r *Report) require() error {
	return r.data.Require(snapshot.TableDeal, field.ID, field.Name, field.Owner, field.Status, field.ContractDate, field.Amount)
}

func (r *Report) team(key string) (Team, error) {
	keys := make([]string, len(r.config.Teams))
	for i, t := range r.config.Teams {
		if t.Key == key {
			return t, nil
		}
		keys[i] = t.Key
	}
	return Team{}, &ValueError{Detail: "team must be one of " + strings.Join(keys, "|")}
}

// TeamLabel is how a team is called, its key if there is no such team.
func (r *Report) TeamLabel(key string) string {
	for _, t := range r.config.Teams {
		if t.Key == key {
			return t.Label
		}
	}
	return key
}
