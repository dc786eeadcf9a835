package salesmap

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// API says by which version of the CRM's API the lists are read. v3 gives up to
// MaxV3Records records for one request of the same quota, but is in no public
// reference and not on every deployment (spec 00 "For later").
type API string

// The versions.
const (
	// APIv2 reads every list over v2.
	APIv2 API = "v2"
	// APIv3 reads the lists that v3 has over v3. Where v3 is refused, the list
	// is read over v2; a v3 that answers and then breaks down is a failure.
	APIv3 API = "v3"
	// APIAuto is APIv3, but any trouble with v3 leads back to v2.
	APIAuto API = "auto"
)

// MaxV3Records is how many records a v3 call may ask for.
const MaxV3Records = 500

const (
	v2Suffix   = "/v2"
	v3Suffix   = "/v3"
	v3ListPath = "/object/list"
	v3ListKey  = "objectList"
)

// ParseAPI reads the name of a version.
func ParseAPI(text string) (API, error) {
	if a := API(text); slices.Contains([]API{APIv2, APIv3, APIAuto}, a) {
		return a, nil
	}
	return "", fmt.Errorf("%q is not v2, v3 or auto", text)
}

// HasV3 tells whether the address of v3 can be told from the v2 base URL: it
// ends in /v2, in whose place /v3 stands.
func HasV3(baseURL string) bool { return v3Base(baseURL) != "" }

func v3Base(baseURL string) string {
	root, ok := strings.CutSuffix(strings.TrimRight(baseURL, "/"), v2Suffix)
	if !ok {
		return ""
	}
	return root + v3Suffix
}

// V3 is the list as v3 has it, limit records a call (0: MaxV3Records). False:
// v3 has no such list.
func (e Endpoint) V3(limit int) (Endpoint, bool) {
	if e.objectType == "" {
		return Endpoint{}, false
	}
	if limit <= 0 {
		limit = MaxV3Records
	}
	return Endpoint{
		Table: e.Table, Path: v3ListPath, ListKey: v3ListKey, Paged: true, objectType: e.objectType, limit: limit,
	}, true
}

// API is the version that the list is read by.
func (e Endpoint) API() API {
	if e.limit > 0 {
		return APIv3
	}
	return APIv2
}

// Name is how manifests name the list: its path, with the version unless that
// is v2.
func (e Endpoint) Name() string {
	if e.limit > 0 {
		return v3Suffix + e.Path
	}
	return e.Path
}

// op is how errors name a call.
func (e Endpoint) op() string {
	if e.limit > 0 {
		return http.MethodPost + " " + e.Name() + " " + e.objectType
	}
	return http.MethodGet + " " + e.Path
}

// v3Call is the body of a v3 call.
type v3Call struct {
	ObjectType string `json:"objectType"`
	Limit      int    `json:"limit"`
	Cursor     string `json:"cursor,omitempty"`
}

func (e Endpoint) v3Body(cursor string) ([]byte, error) {
	return json.Marshal(v3Call{ObjectType: e.objectType, Limit: e.limit, Cursor: cursor})
}

// Refused tells whether a v3 call failed because the server does not have it,
// does not want it, or answers it in another form than we know. The list is to
// be had over v2 then.
func Refused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || errors.Is(err, ErrTokenRefused) {
		return false
	}
	switch e.Kind {
	case KindJSON, KindDataMissing, KindListMalformed, KindSuccessFalse:
		return true
	}
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	case http.StatusNotImplemented:
		return true
	}
	return e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError
}
