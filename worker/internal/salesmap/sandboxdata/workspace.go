package sandboxdata

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/exampleworkspace"
)

const (
	// DefaultOrganizations is the size of a workspace that was not asked for
	// another: 1,560 people, 2,490 deals, 4,050 memos and 180 leads.
	DefaultOrganizations = 300
	// MaxOrganizations keeps the largest list below a hundred million records.
	MaxOrganizations = 5_000_000

	formCount = 12
	userCount = 50
	// historyYears is how many full calendar years before this one there is
	// business from.
	historyYears = 3
)

// Config says which workspace to invent.
type Config struct {
	// Seed chooses the workspace; zero is as good as any.
	Seed uint64
	// Organizations is the number of organisations; everything else is in
	// proportion. 0 means DefaultOrganizations.
	Organizations int
	// Now is the day on which the workspace is looked at: the past three years
	// are history, the next one is pipeline. Only its day in Korea counts. The
	// zero value means today.
	Now time.Time
	// Workspace is the workspace configuration (YAML) that names teams, course
	// formats, known organisations and so on; nil means the shipped example.
	Workspace []byte
}

// Workspace is an invented workspace. It is safe for concurrent use.
type Workspace struct {
	seed    uint64
	orgs    int
	today   day
	opening day // the first day of business
	profile *profile
	words   vocabulary

	people, deals, leads, memos                  spread
	peopleOrder, dealOrder, leadOrder, memoOrder shuffle

	users, teams, owners [][]byte // JSON: user and team records, {"id","name"} of users
	teamRefs             [][]byte // {"id","name"} of teams
	userIDs              []string
	known                map[string]bool // names of organisations that are not made up
	forms                []form
	pipelines            []pipeline

	organizationFields *template[organization]
	peopleFields       *template[person]
	dealFields         *template[deal]
	leadFields         *template[lead]
	memoFields         *template[memo]

	evolving sync.Mutex // one Evolve at a time
	current  atomic.Pointer[changes]
}

// New invents a workspace. It fails if the configuration cannot be read, names
// no teams, course formats, categories or sizes, or the size is out of range.
func New(cfg Config) (*Workspace, error) {
	if cfg.Organizations == 0 {
		cfg.Organizations = DefaultOrganizations
	}
	if cfg.Organizations < 1 || cfg.Organizations > MaxOrganizations {
		return nil, fmt.Errorf("number of organisations must be 1 to %d, not %d", MaxOrganizations, cfg.Organizations)
	}
	if cfg.Now.IsZero() {
		cfg.Now = time.Now()
	}
	if cfg.Workspace == nil {
		cfg.Workspace = exampleworkspace.YAML()
	}
	p, err := readProfile(cfg.Workspace)
	if err != nil {
		return nil, err
	}
	w := &Workspace{
		seed: cfg.Seed, orgs: cfg.Organizations, profile: p, words: newVocabulary(),
		today: dayOf(cfg.Now),
	}
	w.opening = dayFrom(w.today.year()-historyYears, time.January, 1)
	w.layOut()
	w.appoint()
	w.setUpForms()
	w.current.Store(&changes{})
	return w, w.compile()
}

func (w *Workspace) layOut() {
	order := func(list stream, s *spread) shuffle {
		return newShuffle(s.total(), w.roll(streamShuffle, 0).then(uint64(list)))
	}
	w.people = newSpread(peopleShares(), w.orgs, w.seed)
	w.deals = newSpread(dealShares(), w.orgs, w.seed)
	w.leads = newSpread(leadShares(), w.orgs, w.seed)
	w.memos = newSpread(memoShares(), w.orgs, w.seed)
	w.peopleOrder = order(streamPerson, &w.people)
	w.dealOrder = order(streamDeal, &w.deals)
	w.leadOrder = order(streamLead, &w.leads)
	w.memoOrder = order(streamMemo, &w.memos)
	w.known = make(map[string]bool, len(w.profile.orgNames))
	for _, name := range w.profile.orgNames {
		w.known[name] = true
	}
}

func (w *Workspace) compile() error {
	var errs [5]error
	w.organizationFields, errs[0] = newTemplate(Organization, w.organizationWriter)
	w.peopleFields, errs[1] = newTemplate(People, w.personWriter)
	w.dealFields, errs[2] = newTemplate(Deal, w.dealWriter)
	w.leadFields, errs[3] = newTemplate(Lead, w.leadWriter)
	w.memoFields, errs[4] = newTemplate(Memo, w.memoWriter)
	return errors.Join(errs[:]...)
}
