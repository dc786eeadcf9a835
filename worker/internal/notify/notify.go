// Package notify tells people and monitors how runs end (spec 08 "Told when it
// fails"): a webhook when runs begin to fail and when they work again, and the
// pings of a dead man's switch. Telling is never the cause of a run's failure:
// errors are for the log alone.
package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
)

const (
	attempts       = 3
	callTimeout    = 10 * time.Second
	defaultPause   = 2 * time.Second
	maxAnswerBytes = 64 << 10
)

// Notifier tells. The zero value tells nobody.
type Notifier struct {
	Webhook envdoc.Secret // empty: no alerts
	Ping    envdoc.Secret // empty: no pings
	Client  *http.Client  // nil means one with timeouts
	Pause   time.Duration // between attempts; 0 means two seconds
}

// Alert is the body of a webhook call: text for people (Slack-compatible) and
// fields for programs.
type Alert struct {
	Text          string            `json:"text"`
	Status        runhistory.Status `json:"status"`
	RunTag        string            `json:"run_tag"`
	FinalDBPath   string            `json:"final_db_path"`
	Error         string            `json:"error"`
	ErrorsCount   int               `json:"errors_count"`
	ErrorsDetails []string          `json:"errors_details"`
	DurationS     float64           `json:"duration_s"`
	Recovered     bool              `json:"recovered"`
}

// maxDetails bounds the errors listed in an alert; the history has them all.
const maxDetails = 20

// Started pings that a run begins.
func (n *Notifier) Started(ctx context.Context) error { return n.ping(ctx, "start") }

// Ended pings how a run ended and, if that differs from the runs before it,
// alerts. before are the earlier entries of the history, oldest first. A run
// that was interrupted or skipped says nothing about the state of things.
func (n *Notifier) Ended(ctx context.Context, e runhistory.Entry, before []runhistory.Entry) error {
	if !telling(e.Status) {
		return nil
	}
	var pinged error
	if good(e.Status) {
		pinged = n.ping(ctx, "")
	} else {
		pinged = n.ping(ctx, "fail")
	}
	return errors.Join(pinged, n.alert(ctx, e, before))
}

// telling reports whether a status says anything about the state of things.
func telling(s runhistory.Status) bool {
	return s != runhistory.StatusInterrupted && s != runhistory.StatusSkipped
}

func good(s runhistory.Status) bool { return s == runhistory.StatusPublished }

func (n *Notifier) alert(ctx context.Context, e runhistory.Entry, before []runhistory.Entry) error {
	if n.Webhook == "" {
		return nil
	}
	last := runhistory.StatusPublished // the first run's failure is news
	for _, b := range before {
		if telling(b.Status) {
			last = b.Status
		}
	}
	if last == e.Status {
		return nil
	}
	body, err := json.Marshal(newAlert(e))
	if err != nil {
		return fmt.Errorf("send alert: %w", err)
	}
	if err := n.send(ctx, http.MethodPost, n.Webhook.Reveal(), body); err != nil {
		return fmt.Errorf("send alert: %w", err)
	}
	return nil
}

func newAlert(e runhistory.Entry) Alert {
	a := Alert{
		Status: e.Status, RunTag: e.RunTag, FinalDBPath: e.FinalDBPath, Error: e.Error, ErrorsCount: e.Errors.Count,
		ErrorsDetails: e.Errors.Details[:min(len(e.Errors.Details), maxDetails)], DurationS: e.DurationS, Recovered: good(e.Status),
	}
	why := e.Error
	if why == "" && len(e.Errors.Details) > 0 {
		why = e.Errors.Details[0]
	}
	switch e.Status {
	case runhistory.StatusPublished:
		a.Text = fmt.Sprintf("Salesmap snapshot works again: %s was published", e.RunTag)
	case runhistory.StatusPartial:
		a.Text = fmt.Sprintf("Salesmap snapshot %s was published incomplete: %s", e.RunTag, why)
	case runhistory.StatusFallback:
		a.Text = fmt.Sprintf("Salesmap snapshot %s could not be made live and lies at %s: %s", e.RunTag, e.FinalDBPath, why)
	default:
		a.Text = fmt.Sprintf("Salesmap snapshot %s failed, the last good one stays live: %s", e.RunTag, why)
	}
	return a
}

func (n *Notifier) ping(ctx context.Context, what string) error {
	if n.Ping == "" {
		return nil
	}
	address, err := pingAddress(n.Ping.Reveal(), what)
	if err == nil {
		err = n.send(ctx, http.MethodGet, address, nil)
	}
	if err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	return nil
}

// pingAddress adds a step to the path and leaves a query alone.
func pingAddress(base, what string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", errors.New("PING_URL is not a URL") // the error of Parse holds it
	}
	if what != "" {
		u.Path = strings.TrimRight(u.Path, "/") + "/" + what
	}
	return u.String(), nil
}

// send calls until an answer is 2xx, at most three times. Errors do not hold
// the address: it is the caller's only credential.
func (n *Notifier) send(ctx context.Context, method, address string, body []byte) (err error) {
	client := n.Client
	if client == nil {
		client = &http.Client{Timeout: callTimeout}
	}
	pause := n.Pause
	if pause <= 0 {
		pause = defaultPause
	}
	for attempt := 1; ; attempt++ {
		if err = call(ctx, client, method, address, body); err == nil || attempt == attempts {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
	}
}

func call(ctx context.Context, client *http.Client, method, address string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address is not a URL")
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := client.Do(req)
	if err != nil {
		if cause, ok := errors.AsType[*url.Error](err); ok {
			err = cause.Err
		}
		return err
	}
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswerBytes))
	err = errors.Join(err, resp.Body.Close())
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return err
}
