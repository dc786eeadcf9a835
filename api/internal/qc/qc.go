// Package qc is quality control of deals (spec 06 §2): which records break
// which rule, and whose they are.
//
// Everything but the age of a deal is decided once per snapshot; requests add
// up what was found.
package qc

import (
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/shared/field"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// Config is what a workspace decides.
type Config struct {
	Since            normalise.Date // deals created earlier are not checked
	GraceDays        int            // that a new deal may lack category and course format
	NonRevenueMarker string         // deals with this in their name are not checked; empty for none
	Rules            []Rule         // that are checked and shown, in the order of answers
	Hidden           []string       // codes of rules that are checked and not shown
	Proposal         Proposal

	Online normalise.FormatSet
	Sizes  normalise.Sizes

	// TeamOf finds the team of an owner key.
	TeamOf func(ownerKey string) (team string, ok bool)
	// Teams lists the teams that a value of the `team` parameter stands for.
	Teams func(key string) (teams []string, ok bool)
	// TeamLabel is how a team, or a value of the parameter, is shown.
	TeamLabel func(key string) string

	// Exceptions. Owners go by the name as shown, in ContactExempt by owner key.
	Excludes          func(owner, dealName string) bool
	ContactExempt     func(ownerKey string) bool
	LecturerExempt    func(owner string) bool
	ContractMayFollow func(owner, orgName string) bool

	Now  func() time.Time
	Zone *time.Location // of the server, by whose day the replaced service went
}

// Rule is a rule as answers name it.
type Rule struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// Proposal says which deals need one (R16).
type Proposal struct {
	CreatedFrom normalise.Date // deals created earlier need none
	Category    string         // of the course
	SizeGroup   string         // of the customer
	NotNeeded   string         // what the field says when there is none to write
}

// UnknownTeamError refuses a value of the `team` parameter. Its text is part of
// the HTTP contract, and the answer is a 400.
type UnknownTeamError struct{ Key string }

func (e *UnknownTeamError) Error() string { return "Unsupported team: " + e.Key }

// Report answers from one snapshot. Nothing in it changes after New, so any
// number of requests may share it.
type Report struct {
	config   Config
	rules    normalise.Rules
	data     *crm.Dataset
	modified time.Time

	missing []string    // names of the columns that the file lacks
	has     columnSet   // those that it has
	checked codes       // the rules that can make a deal one of the records
	shown   []shownRule // the rules in answers, in the order of the table

	owners  []owner
	people  []string // owner keys that deals are filed under
	teams   []team
	left    leftOut
	records []record // deals that break a rule, or will when they are older, in snapshot order
}

// owner is a list of owners as a deal names it; only the first counts.
type owner struct {
	name   string // as shown; empty if nobody owns the deal
	key    string // owner key
	team   int32  // place in Report.teams, none without a team
	person int32  // place in Report.people, none without a team
}

// record is a deal with what is wrong with it.
type record struct {
	deal, person, organization int32 // places in the dataset; none if there is no such row
	owner                      int32 // place in Report.owners
	broken                     codes
	later                      codes          // broken once the deal is old enough
	created                    normalise.Date // if later counts
}

const none = -1

// New reads and judges every deal once. Modified is the snapshot file's
// modification time.
func New(data *crm.Dataset, modified time.Time, rules normalise.Rules, config Config) *Report {
	r := &Report{config: config, rules: rules, data: data, modified: modified}
	r.findColumns()
	r.chooseRules()
	r.check()
	return r
}

// Today is the day that answers are of.
func (r *Report) Today() normalise.Date {
	if r.rules.QualityTodayIsKST() || r.config.Zone == nil {
		return normalise.Today(r.config.Now())
	}
	return normalise.DayOf(r.config.Now().In(r.config.Zone))
}

// at returns what is wrong with a deal on a day.
func (r *Report) at(rec *record, today normalise.Date) codes {
	if rec.later != 0 && today.DaysSince(rec.created) >= r.config.GraceDays {
		return rec.broken | rec.later
	}
	return rec.broken
}

// Meta says what an answer was made from.
type Meta struct {
	AsOf          string   `json:"as_of"` // today, YYYY-MM-DD
	Since         string   `json:"since"` // first day of creation that is checked
	Modified      float64  `json:"db_mtime"`
	Team          string   `json:"team"`
	SchemaMissing []string `json:"schema_missing"` // columns that the file lacks, in the order of spec 06 §2.1
	Quality       DQ       `json:"dq"`
}

// DQ counts the deals that were not checked, each under the first reason.
type DQ struct {
	NotInTeam   int `json:"excluded_not_in_team"`
	NonRevenue  int `json:"excluded_name_contains_nonrevenue"`
	BeforeSince int `json:"excluded_before_since"`
	NoOwner     int `json:"excluded_owner_empty"`
}

// scope is what a request is about.
type scope struct {
	today  normalise.Date
	chosen []bool // by place in Report.teams
	meta   Meta
}

// scope reads the `team` parameter. It fails with an *UnknownTeamError or a
// *crm.MissingError.
func (r *Report) scope(key string) (scope, error) {
	teams, ok := r.config.Teams(key)
	if !ok {
		return scope{}, &UnknownTeamError{Key: key}
	}
	if err := r.require(); err != nil {
		return scope{}, err
	}
	s := scope{today: r.Today(), chosen: r.chosen(teams)}
	s.meta = Meta{
		AsOf: s.today.String(), Since: r.config.Since.String(), Modified: seconds(r.modified),
		Team: key, SchemaMissing: r.missing, Quality: r.leftOutOf(s.chosen),
	}
	return s, nil
}

// seconds counts from 1970 as Python does, which the replaced service ran on.
func seconds(at time.Time) float64 {
	return float64(at.Unix()) + float64(at.Nanosecond())/float64(time.Second)
}

// broken returns what is wrong with a deal if the request is about it.
func (r *Report) broken(s *scope, rec *record) (broken codes, ok bool) {
	if !s.chosen[r.owners[rec.owner].team] {
		return 0, false
	}
	broken = r.at(rec, s.today)
	return broken, broken != 0
}

func (r *Report) require() error {
	if err := r.data.Require(snapshot.TableDeal, field.ID, field.OrganizationID, field.PeopleID); err != nil {
		return err
	}
	if err := r.data.Require(snapshot.TablePeople, field.ID, field.OrganizationID, field.Name, field.UpperOrg,
		field.TeamSignature, field.TitleSignature, field.EducationArea); err != nil {
		return err
	}
	return r.data.Require(snapshot.TableOrganization, field.ID, field.Name, field.CompanySize)
}
