// Package schedule runs a job at the times of a cron expression, never twice
// at once, and once at start if that is due (spec 08 "Commands"). robfig/cron
// stays behind it.
package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Plan is when the job runs. The zero value is not usable; see Parse.
type Plan struct {
	expr     string
	location *time.Location
	schedule cron.Schedule
}

// Parse reads a cron expression of five fields, or a descriptor such as
// @every 90m, in a time zone. Its error names SNAPSHOT_CRON or SNAPSHOT_TZ, and
// holds both if both are wrong.
func Parse(expr, tz string) (Plan, error) {
	var problems []error
	location, err := time.LoadLocation(tz)
	if err != nil || tz == "" || tz == "Local" {
		problems = append(problems, fmt.Errorf("SNAPSHOT_TZ: %q is not a time zone such as Asia/Seoul", tz))
		location = time.UTC
	}
	schedule, err := parseCron(expr)
	if err != nil {
		problems = append(problems, fmt.Errorf("SNAPSHOT_CRON: %q: %w", expr, err))
	}
	p := Plan{expr: expr, location: location, schedule: schedule}
	if err == nil && p.Next(time.Now()).IsZero() {
		problems = append(problems, fmt.Errorf("SNAPSHOT_CRON: %q never happens", expr))
	}
	return p, errors.Join(problems...)
}

func parseCron(expr string) (cron.Schedule, error) {
	expr = strings.TrimSpace(expr)
	if strings.HasPrefix(expr, "TZ=") || strings.HasPrefix(expr, "CRON_TZ=") {
		return nil, errors.New("the time zone belongs into SNAPSHOT_TZ") // and cron panics on odd ones
	}
	return cron.ParseStandard(expr)
}

// Next is the first time after t at which the job is to run.
func (p Plan) Next(t time.Time) time.Time { return p.schedule.Next(t.In(p.location)) }

// String is the expression and its zone.
func (p Plan) String() string { return p.expr + " (" + p.location.String() + ")" }
