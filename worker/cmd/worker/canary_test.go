package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
)

// needles are the forms in which a token could get out.
func needles() map[string][]byte {
	return map[string][]byte{
		"the token":           []byte(canary),
		"the token in base64": []byte(base64.StdEncoding.EncodeToString([]byte(canary))),
		"the token escaped":   []byte(url.QueryEscape("Bearer " + canary)),
	}
}

// grep looks into a file, and into the entries of a zip.
func grep(t *testing.T, path string, raw []byte) {
	t.Helper()
	for what, needle := range needles() {
		if bytes.Contains(raw, needle) {
			t.Errorf("%s is in %s", what, path)
		}
	}
	if !strings.HasSuffix(path, ".zip") {
		return
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		grep(t, path+"/"+f.Name, text)
	}
}

// TestProcess_CanaryInNoArtefact lets a service with the most talkative log
// fail against a CRM that repeats the token in what it says, and looks for it
// in every file, archives unpacked, in all output, in the metrics, and in what
// others are told.
func TestProcess_CanaryInNoArtefact(t *testing.T) {
	t.Parallel()
	var told safeBuffer
	others := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what did not come cannot hold the token
		_, _ = told.Write([]byte(r.Method + " " + r.URL.String() + " " + string(body) + "\n"))
	}))
	t.Cleanup(others.Close)
	v := newVolume(t, salesmaptest.Options{PageSize: 10})
	if r := call(t.Context(), v.args("run-once")...); r.status != exitOK {
		t.Fatalf("%+v", r)
	}
	says := `{"success":false,"message":"Bearer ` + canary + `","reason":"토큰 ` + canary + ` 은 안 됩니다"}`
	if err := v.crm.Server.SetFaults(
		salesmaptest.Fault{List: "people", Page: 2, Action: salesmaptest.ActionStatus, Status: http.StatusInternalServerError, Body: says, Times: 1},
		salesmaptest.Fault{List: "deal", Page: 2, Action: salesmaptest.ActionStatus, Status: http.StatusForbidden, Body: says},
		salesmaptest.Fault{List: "memo", Page: 2, Action: salesmaptest.ActionHTML, Status: http.StatusNotFound, Body: "<html>" + canary},
	); err != nil {
		t.Fatal(err)
	}
	p := startWith(t, "ALERT_WEBHOOK_URL="+others.URL+"/alert",
		v.args("schedule", "--cron", "0 3 * * *", "--max-age", "1ns", "--health-addr", "127.0.0.1:0", "--log-level", "debug", "--progress", "plain", "--checkpoint-interval", "1")...)
	failed := func() bool {
		all, _, err := runhistory.Read(filepath.Join(v.dir, "logs", runhistory.FileName))
		return err == nil && len(all) == 2 && all[1].Status == runhistory.StatusFailed
	}
	testkit.Poll(t, time.Minute, "the run to fail", failed)
	testkit.Poll(t, time.Minute, "the alert", func() bool { return strings.Contains(told.String(), `"status":"failed"`) })
	_, after, _ := strings.Cut(p.stderr.String(), `"addr":"`)
	addr, _, _ := strings.Cut(after, `"`)
	for _, path := range []string{"/metrics", "/readyz", "/healthz"} {
		resp, err := http.Get("http://" + addr + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || len(body) == 0 || resp.Body.Close() != nil {
			t.Fatalf("%s: %d bytes, %v", path, len(body), err)
		}
		grep(t, path, body)
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.wait()
	if !strings.Contains(p.stderr.String(), "asking again") || !strings.Contains(p.stderr.String(), "[redacted]") {
		t.Errorf("the log is not talkative, or the CRM did not repeat the token:\n%s", p.stderr.String())
	}
	kinds := map[string]int{}
	err := filepath.WalkDir(v.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		kinds[filepath.Ext(path)]++
		grep(t, path, raw)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, ext := range []string{".db", ".tmp", ".json", ".jsonl", ".log", ".zip"} {
		if kinds[ext] == 0 {
			t.Errorf("no %s file was looked into: %v", ext, kinds)
		}
	}
	history := call(t.Context(), "history", "--json", "--log-dir", filepath.Join(v.dir, "logs"))
	for name, text := range map[string]string{
		"stdout": p.stdout.String(), "stderr": p.stderr.String(), "alert": told.String(), "history": history.stdout + history.stderr,
	} {
		grep(t, name, []byte(text))
	}
}
