package salesmaptest

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Action is a way in which an answer can go wrong.
type Action string

// Actions on the way of an answer. They hit a request (see Fault.From and
// Fault.Times), so a client that asks again may get the honest answer.
const (
	// ActionStatus answers Fault.Status with the failure envelope, or with
	// Fault.Body as it is.
	ActionStatus Action = "status"
	// ActionHTML answers an HTML page with Fault.Status (502 if not given;
	// 200 is allowed and a trap that the real service sets too).
	ActionHTML Action = "html"
	// ActionSuccessFalse answers 200 with "success": false.
	ActionSuccessFalse Action = "success_false"
	// ActionInvalidJSON answers 200 with JSON that breaks off in mid-value,
	// though the body is complete by its Content-Length.
	ActionInvalidJSON Action = "invalid_json"
	// ActionCutBody promises the whole body and closes the connection half-way.
	ActionCutBody Action = "cut_body"
	// ActionStall sends nothing for Fault.Delay, or until the client gives up
	// if Delay is 0; then the honest answer follows.
	ActionStall Action = "stall"
	// ActionReset resets the TCP connection before any byte. Go's own transport
	// asks again, unseen by its user, if it had used the connection before.
	ActionReset Action = "reset"
	// ActionRateLimit answers 429; Fault.Wait, if given, stands in the reason
	// as the service words it ("3.2초 후 …"), Fault.RetryAfter, if given, in
	// the header of that name.
	ActionRateLimit Action = "rate_limit"
	// ActionExpireToken makes the token worthless for this and every later
	// request, as when somebody issues a new one.
	ActionExpireToken Action = "expire_token"
	// ActionRedirect answers 302 to Fault.Location, by default the same path
	// under another name of this host. Stats.ForeignHost counts who follows.
	ActionRedirect Action = "redirect"
	// ActionCursorLoop answers the page, but with a cursor that leads back to
	// the first page.
	ActionCursorLoop Action = "cursor_loop"
	// ActionMissingData answers success without "data".
	ActionMissingData Action = "missing_data"
	// ActionWrongList answers success with a list that is an object, or whose
	// elements are texts.
	ActionWrongList Action = "wrong_list"
)

// Actions that reshape the records of Fault.Page. They belong to the data: they
// act whenever these records are shown, and Truth tells of them.
const (
	// ActionDuplicateRows shows the first records of the page again at its end,
	// the copies with a later modification time; the later copy is the truth.
	ActionDuplicateRows Action = "duplicate_rows"
	// ActionMissingIDs shows every seventh record of the page without its id.
	ActionMissingIDs Action = "missing_ids"
	// ActionLateColumns gives the records of the page fields that no other
	// record has, of every JSON type.
	ActionLateColumns Action = "late_columns"
	// ActionCollidingColumns gives the records of the page two fields whose
	// names differ in ASCII case only.
	ActionCollidingColumns Action = "colliding_columns"
	// ActionEmptyPage shows an empty page with a cursor before the page.
	ActionEmptyPage Action = "empty_page"
	// ActionShortPage shows the page in two halves.
	ActionShortPage Action = "short_page"
)

// Fault is one rule of misbehaviour: which requests it hits, and what happens
// to them. The zero values of List, Page, From and Times mean "any", "any",
// "from the first" and "every time".
type Fault struct {
	// List limits the rule to one list, named as in View: "deal", or
	// "webForm/<id>/submit", or AnySubmissions. v3 calls count for their list.
	List string `yaml:"list"`
	// Page limits the rule to one page, counted from 1 by position in the list.
	Page int `yaml:"page"`
	// From is the first matching request that is hit, counted from 1.
	From int `yaml:"from"`
	// Times is how many matching requests are hit.
	Times int `yaml:"times"`

	Action Action `yaml:"action"`

	Status     int           `yaml:"status"`      // ActionStatus, ActionHTML
	Body       string        `yaml:"body"`        // ActionStatus, ActionHTML: instead of the usual text
	Wait       time.Duration `yaml:"wait"`        // ActionRateLimit: time named in the reason
	RetryAfter string        `yaml:"retry_after"` // ActionRateLimit: header, seconds or HTTP date
	Delay      time.Duration `yaml:"delay"`       // ActionStall
	Location   string        `yaml:"location"`    // ActionRedirect
}

// AnySubmissions as Fault.List matches the submissions of every form.
const AnySubmissions = "webForm/*/submit"

// Reshapes tells whether the action belongs to the data (true) or to the way
// of an answer (false).
func (a Action) Reshapes() bool {
	switch a {
	case ActionDuplicateRows, ActionMissingIDs, ActionLateColumns, ActionCollidingColumns,
		ActionEmptyPage, ActionShortPage:
		return true
	default:
		return false
	}
}

// Validate tells what is wrong with a rule, naming the field as in YAML.
func (f Fault) Validate() error {
	var problems []error
	switch f.Action {
	case ActionStatus:
		if f.Status < 200 || f.Status > 599 {
			problems = append(problems, fmt.Errorf("action status needs status 200 to 599, not %d", f.Status))
		}
	case ActionHTML:
		if f.Status != 0 && (f.Status < http.StatusOK || f.Status > 599) {
			problems = append(problems, fmt.Errorf("status must be 200 to 599, not %d", f.Status))
		}
	case ActionSuccessFalse, ActionInvalidJSON, ActionCutBody, ActionStall, ActionReset, ActionRateLimit,
		ActionExpireToken, ActionRedirect, ActionCursorLoop, ActionMissingData, ActionWrongList:
	case ActionDuplicateRows, ActionMissingIDs, ActionLateColumns, ActionCollidingColumns,
		ActionEmptyPage, ActionShortPage:
		if f.List == "" || f.Page == 0 {
			problems = append(problems, fmt.Errorf("action %s needs list and page", f.Action))
		}
		if f.From != 0 || f.Times != 0 {
			problems = append(problems, fmt.Errorf("action %s belongs to the data and takes no from or times", f.Action))
		}
	case "":
		problems = append(problems, errors.New("action is missing"))
	default:
		problems = append(problems, fmt.Errorf("unknown action %q", f.Action))
	}
	if f.Page < 0 || f.From < 0 || f.Times < 0 || f.Wait < 0 || f.Delay < 0 {
		problems = append(problems, errors.New("numbers and durations must not be negative"))
	}
	return errors.Join(problems...)
}
