package sandboxdata

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// profile is what the records must fit: the parts of the workspace
// configuration that dashboards select and group by.
type profile struct {
	teams  []string
	roster []member

	keyAccount string
	orgNames   []string            // names that the configuration knows, key account first
	upperOrgs  map[string][]string // counterparties with targets, by organisation name
	hrdUnits   []string

	onlineFormats, offlineFormats, otherFormats []string
	categories                                  []string
	favouredCategory                            string
	sizes, corporateSizes, publicSizes          []string
	publicWords, universityWords                []string
	courseIDs                                   []string

	nonRevenueMarker string
	memoForms        memoForms
	sortYear         int
}

type member struct {
	name string
	team int
}

type memoForms struct {
	Markers       []string `yaml:"form_markers"`
	DropKeys      []string `yaml:"drop_keys"`
	MinimalKeys   []string `yaml:"minimal_keys"`
	QuestionWords []string `yaml:"question_key_words"`
}

// workspaceYAML is the part of the workspace configuration that is read here.
// The API owns the format and checks it; unknown keys are none of our business.
type workspaceYAML struct {
	Teams []struct {
		Name  string `yaml:"name"`
		Parts []struct {
			Members []string `yaml:"members"`
		} `yaml:"parts"`
	} `yaml:"teams"`
	CourseFormats struct {
		Online    []string `yaml:"online"`
		OnlinePnL []string `yaml:"online_pnl"`
		Offline   []string `yaml:"close_rate_offline"`
	} `yaml:"course_formats"`
	CompanySizes struct {
		Groups          []string `yaml:"groups"`
		Major           []string `yaml:"major"`
		PublicWords     []string `yaml:"public_keywords"`
		UniversityWords []string `yaml:"university_keywords"`
	} `yaml:"company_sizes"`
	Inquiries struct {
		CourseFormats   []string            `yaml:"course_formats"`
		CategoryGroups  []string            `yaml:"category_groups"`
		CategoryMembers map[string][]string `yaml:"category_members"`
	} `yaml:"inquiries"`
	Performance struct {
		KeyAccount string `yaml:"key_account_org_name"`
	} `yaml:"performance"`
	StatePath struct {
		HRDKeywords []string `yaml:"hrd_keywords"`
	} `yaml:"statepath"`
	Years struct {
		Rank int `yaml:"rank"`
	} `yaml:"years"`
	QualityControl struct {
		NonRevenueMarker string `yaml:"non_revenue_name_marker"`
		ProposalRule     struct {
			Category string `yaml:"category"`
		} `yaml:"proposal_rule"`
	} `yaml:"quality_control"`
	Accounting struct {
		CourseIDs []string `yaml:"course_ids"`
	} `yaml:"accounting"`
	ExistingCustomers map[string][]string `yaml:"existing_customers"`
	Targets           struct {
		Offline []target `yaml:"offline"`
		Online  []target `yaml:"online"`
	} `yaml:"counterparty_targets"`
	MemoForms memoForms `yaml:"memo_forms"`
}

type target struct {
	Org          string `yaml:"org"`
	Counterparty string `yaml:"counterparty"`
}

// unlistedNames is the share of the known customers that the CRM does not hold
// (any more), one in so many: lists that people keep by hand are never exact.
const unlistedNames = 11

func readProfile(raw []byte) (*profile, error) {
	var y workspaceYAML
	if err := yaml.Unmarshal(raw, &y); err != nil {
		return nil, fmt.Errorf("read workspace configuration: %w", err)
	}
	p := &profile{
		keyAccount:       y.Performance.KeyAccount,
		hrdUnits:         y.StatePath.HRDKeywords,
		onlineFormats:    y.CourseFormats.Online,
		offlineFormats:   y.CourseFormats.Offline,
		favouredCategory: y.QualityControl.ProposalRule.Category,
		sizes:            y.CompanySizes.Groups,
		corporateSizes:   y.CompanySizes.Major,
		publicWords:      y.CompanySizes.PublicWords,
		universityWords:  y.CompanySizes.UniversityWords,
		courseIDs:        plainNumbers(y.Accounting.CourseIDs),
		nonRevenueMarker: y.QualityControl.NonRevenueMarker,
		memoForms:        y.MemoForms,
		sortYear:         y.Years.Rank,
	}
	p.addTeams(y)
	p.addFormats(y)
	p.addOrganizations(y)
	var problems []error
	need := func(ok bool, key string) {
		if !ok {
			problems = append(problems, fmt.Errorf("workspace configuration: %s is missing or empty", key))
		}
	}
	need(len(p.roster) > 0, "teams with members")
	need(len(p.onlineFormats) > 0, "course_formats.online")
	need(len(p.offlineFormats) > 0, "course_formats.close_rate_offline")
	need(len(p.categories) > 0, "inquiries.category_members")
	need(len(p.sizes) > 0 && len(p.corporateSizes) > 0, "company_sizes.groups and major")
	return p, errors.Join(problems...)
}

func (p *profile) addTeams(y workspaceYAML) {
	known := map[string]bool{}
	for t, team := range y.Teams {
		p.teams = append(p.teams, team.Name)
		for _, part := range team.Parts {
			for _, name := range part.Members {
				if !known[name] {
					known[name] = true
					p.roster = append(p.roster, member{name: name, team: t})
				}
			}
		}
	}
}

func (p *profile) addFormats(y workspaceYAML) {
	for _, group := range y.Inquiries.CategoryGroups {
		p.categories = append(p.categories, y.Inquiries.CategoryMembers[group]...)
	}
	// The last format stands for "not given" in the inquiry grid.
	formats := y.Inquiries.CourseFormats
	for i, format := range formats {
		if i < len(formats)-1 && !slices.Contains(p.onlineFormats, format) && !slices.Contains(p.offlineFormats, format) {
			p.otherFormats = append(p.otherFormats, format)
		}
	}
	for _, size := range p.sizes {
		if !slices.Contains(p.corporateSizes, size) {
			p.publicSizes = append(p.publicSizes, size)
		}
	}
}

func (p *profile) addOrganizations(y workspaceYAML) {
	p.upperOrgs = map[string][]string{}
	known := map[string]bool{}
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !known[name] {
			known[name] = true
			p.orgNames = append(p.orgNames, name)
		}
	}
	add(p.keyAccount)
	targets := slices.Concat(y.Targets.Offline, y.Targets.Online)
	for i, t := range targets {
		if i%unlistedNames != unlistedNames-1 {
			add(t.Org)
		}
		org, unit := strings.TrimSpace(t.Org), strings.TrimSpace(t.Counterparty)
		if len([]rune(unit)) > 1 && !slices.Contains(p.upperOrgs[org], unit) {
			p.upperOrgs[org] = append(p.upperOrgs[org], unit)
		}
	}
	var years []string
	for year := range y.ExistingCustomers {
		years = append(years, year)
	}
	slices.Sort(years)
	for _, year := range years {
		for i, name := range y.ExistingCustomers[year] {
			if i%unlistedNames != unlistedNames-1 {
				add(name)
			}
		}
	}
}

// plainNumbers keeps the entries that are numbers of five digits and more.
func plainNumbers(from []string) []string {
	return slices.DeleteFunc(slices.Clone(from), func(s string) bool {
		return len(s) < 5 || strings.Trim(s, "0123456789") != ""
	})
}
