package salesmaptest

import (
	"errors"
	"fmt"
	"time"
)

const (
	// DefaultToken is what Options.Token is when it is left empty.
	DefaultToken = "sandbox-token"
	// DefaultPageSize is the vendor's (spec 00 "Paging").
	DefaultPageSize = 50
	// DefaultLeadPageSize is the vendor's for leads.
	DefaultLeadPageSize = 10
	// VendorQuota is the number of requests that the real service allows a
	// workspace in any QuotaWindow.
	VendorQuota = 100
	// QuotaWindow is the sliding window of the quota.
	QuotaWindow = 10 * time.Second
	// DefaultLogLimit bounds the request log.
	DefaultLogLimit = 10_000
)

// Options describe a server. The zero value is a fast, friendly CRM over a
// generated workspace of the default size: no quota, no latency, no faults.
type Options struct {
	// Source gives the records; nil means sandboxdata.New with its defaults.
	Source Source
	// Token is the bearer token that is accepted; empty means DefaultToken.
	Token string
	// PageSize is the number of records on a page of every cursor list but
	// lead; 0 means DefaultPageSize.
	PageSize int
	// LeadPageSize is the same for lead; 0 means DefaultLeadPageSize, or
	// PageSize if that is set.
	LeadPageSize int
	// Quota is how many requests are allowed in any QuotaWindow, over all
	// endpoints and callers; 0 switches it off. The vendor's is VendorQuota.
	Quota int
	// Latency is added to every answer.
	Latency time.Duration
	// DisableV3 makes the v3 paths unknown, as on older deployments.
	DisableV3 bool
	// Faults are tried in order on every request; the first that matches acts.
	// Faults that reshape records all act (see Action).
	Faults []Fault
	// EvolveEvery is the pace at which Run moves the source on; 0 means never.
	EvolveEvery time.Duration
	// LogLimit is how many of the latest requests are kept; 0 means
	// DefaultLogLimit.
	LogLimit int
}

// withDefaults fills in what was left empty and refuses what cannot work.
func (o Options) withDefaults() (Options, error) {
	var problems []error
	if o.PageSize < 0 || o.LeadPageSize < 0 {
		problems = append(problems, errors.New("page size must not be negative"))
	}
	if o.Quota < 0 {
		problems = append(problems, errors.New("quota must not be negative (0 switches it off)"))
	}
	if o.Latency < 0 || o.EvolveEvery < 0 {
		problems = append(problems, errors.New("durations must not be negative"))
	}
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.LeadPageSize == 0 {
		o.LeadPageSize = DefaultLeadPageSize
		if o.PageSize > 0 {
			o.LeadPageSize = o.PageSize
		}
	}
	if o.PageSize == 0 {
		o.PageSize = DefaultPageSize
	}
	if o.LogLimit <= 0 {
		o.LogLimit = DefaultLogLimit
	}
	for i, f := range o.Faults {
		if err := f.Validate(); err != nil {
			problems = append(problems, fmt.Errorf("fault %d: %w", i+1, err))
		}
	}
	return o, errors.Join(problems...)
}
