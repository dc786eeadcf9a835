package salesmaptest

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// reply is an answer that is ready to be sent.
type reply struct {
	status  int
	body    []byte
	records int
	page    int
	remake  func(cursor string) *reply // the same page with another next cursor
	list    string                     // of a page
}

// bodies lends out buffers for pages, which are large and short-lived. The zero
// value is ready.
type bodies struct{ pool sync.Pool }

func (b *bodies) get() []byte {
	if p, ok := b.pool.Get().(*[]byte); ok {
		return (*p)[:0]
	}
	return nil
}

func (b *bodies) put(body []byte) { b.pool.Put(&body) }

const (
	jsonType = "application/json; charset=utf-8"
	htmlType = "text/html; charset=utf-8"
)

// failure is the envelope of what went wrong.
type failure struct {
	Success bool   `json:"success"`
	Message string `json:"message"`
	Reason  string `json:"reason,omitempty"`
}

func failed(status int, message, reason string) *reply {
	// A struct of texts can always be marshalled.
	body, _ := json.Marshal(failure{Message: message, Reason: reason})
	return &reply{status: status, body: body}
}

// send writes a whole answer.
func (x *exchange) send(r *reply) {
	x.write(r.status, jsonType, r.body)
}

func (x *exchange) write(status int, contentType string, body []byte) {
	h := x.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	x.entry.Status = status
	x.settle()
	x.w.WriteHeader(status)
	// Whom the answer does not reach any more is told by nobody.
	_, _ = x.w.Write(body)
}

func (x *exchange) refuse(status int, message, reason string) {
	x.write(status, jsonType, failed(status, message, reason).body)
}

// html answers as the web framework in front of the API does.
func (x *exchange) html(status int, text string) {
	if text == "" {
		text = fmt.Sprintf("<!DOCTYPE html><html lang=\"ko\"><head><title>%d</title></head>"+
			"<body><h1>%d %s</h1></body></html>", status, status, http.StatusText(status))
	}
	x.write(status, htmlType, []byte(text))
}

// rateLimited answers 429. The real service rounds the time that is left up to
// tenths of a second and has no Retry-After.
func (x *exchange) rateLimited(wait time.Duration, retryAfter string) {
	reason := ""
	if wait > 0 {
		tenths := math.Ceil(wait.Seconds()*10) / 10
		reason = strconv.FormatFloat(tenths, 'f', -1, 64) + "초 후 재시도해주세요."
	}
	if retryAfter != "" {
		x.w.Header().Set("Retry-After", retryAfter)
	}
	x.refuse(http.StatusTooManyRequests, "Too Many Requests", reason)
}
