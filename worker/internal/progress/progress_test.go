package progress_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/crawl"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/progress"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestParseMode(t *testing.T) {
	for _, s := range []string{"auto", "bar", "plain", "none"} {
		if m, err := progress.ParseMode(s); err != nil || string(m) != s {
			t.Errorf("ParseMode(%q) = %q, %v", s, m, err)
		}
	}
	for _, s := range []string{"", "Bar", "fancy"} {
		if _, err := progress.ParseMode(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

func page(table string, rows int) record.Page {
	return record.Page{Table: table, Records: make([]record.Record, rows), Requests: 1}
}

func TestPlain_ALineEveryTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		d := progress.Start(progress.Options{W: &out, Mode: progress.ModeAuto, Tables: []string{"deal"}}) // a buffer is no terminal
		d.TableStarted("deal", record.Position{Rows: 100, Page: 2})
		d.PageStored(page("deal", 50), 0)
		time.Sleep(35 * time.Second)
		synctest.Wait()
		if n := strings.Count(out.String(), "\n"); n != 3 {
			t.Errorf("%d lines in 35 s, want 3:\n%s", n, out.String())
		}
		d.TableEnded("deal", nil)
		d.Close()
		d.Close()
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 4 || lines[3] != "progress: deal 150 done; total 150 rows, 3 pages, 0.0 req/s, 0 retries" {
			t.Errorf("last line %q", lines[len(lines)-1])
		}
		if strings.Contains(out.String(), "\x1b") {
			t.Error("control characters in plain output")
		}
	})
}

func TestPlain_ThroughALogger(t *testing.T) {
	var lines []string
	d := progress.Start(progress.Options{W: io.Discard, Mode: progress.ModePlain, Line: func(s string) { lines = append(lines, s) }})
	d.Close()
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "progress: ") {
		t.Errorf("lines %q", lines)
	}
}

func TestNone(t *testing.T) {
	var out bytes.Buffer
	d := progress.Start(progress.Options{W: &out, Mode: progress.ModeNone, Tables: []string{"deal"}})
	d.PageStored(page("deal", 1), 0)
	fmt.Fprintln(d.Writer(), "a log line")
	d.Close()
	if out.String() != "a log line\n" {
		t.Errorf("output %q", out.String())
	}
}

// screen shows what a terminal of endless length would after out was written.
func screen(tb testing.TB, out string) []string {
	tb.Helper()
	lines := []string{""}
	for out != "" {
		switch {
		case strings.HasPrefix(out, "\x1b["):
			var up int
			if n, err := fmt.Sscanf(out, "\x1b[%dA\r\x1b[J", &up); n != 1 || err != nil {
				tb.Fatalf("unknown sequence %q", out[:min(len(out), 10)])
			}
			lines = append(lines[:len(lines)-1-up], "")
			out = out[strings.Index(out, "J")+1:]
		case out[0] == '\n':
			lines = append(lines, "")
			out = out[1:]
		default:
			i := strings.IndexAny(out, "\n\x1b")
			if i < 0 {
				i = len(out)
			}
			lines[len(lines)-1] += out[:i]
			out = out[i:]
		}
	}
	return lines[:len(lines)-1]
}

func TestBar_LogLinesScrollPastIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		d := progress.Start(progress.Options{
			W: &out, Mode: progress.ModeBar, Tables: []string{"deal", "memo"}, Expected: map[string]int64{"deal": 200},
		})
		log := d.Writer()
		fmt.Fprintln(log, "before the first drawing")
		d.TableStarted("deal", record.Position{})
		for i := range 3 {
			d.PageStored(page("deal", 50), i)
			time.Sleep(time.Second)
			synctest.Wait()
			fmt.Fprintf(log, "log line %d\n", i)
		}
		d.Retried(salesmap.Retry{Endpoint: salesmap.Endpoint{Table: "deal"}, Status: 429, Wait: 7 * time.Second})
		d.TableEnded("memo", &crawl.Failure{Table: "memo", Page: 1, Kind: "http_403", Err: errors.New("x")})
		d.Close()
		fmt.Fprintln(log, "after")
		got := screen(t, out.String())
		want := []string{"before the first drawing", "log line 0", "log line 1", "log line 2"}
		if len(got) != 8 || strings.Join(got[:4], "\n") != strings.Join(want, "\n") {
			t.Fatalf("screen:\n%s", strings.Join(got, "\n"))
		}
		for i, says := range []string{"75%", "failed: page1:http_403", "paused by the CRM for 7 s", "after"} {
			if !strings.Contains(got[4+i], says) {
				t.Errorf("line %q does not say %q", got[4+i], says)
			}
		}
	})
}

func TestRestartedTableStartsAnew(t *testing.T) {
	var out bytes.Buffer
	d := progress.Start(progress.Options{W: &out, Mode: progress.ModePlain, Tables: []string{"deal"}})
	d.TableStarted("deal", record.Position{Rows: 500, Page: 10})
	d.TableRestarted("deal")
	d.PageStored(page("deal", 50), 0)
	d.Close()
	if !strings.Contains(out.String(), "deal 50;") {
		t.Errorf("output %q", out.String())
	}
}

func TestDisplay_Concurrent(t *testing.T) {
	var out bytes.Buffer
	d := progress.Start(progress.Options{W: &out, Mode: progress.ModeBar, Tables: []string{"deal", "memo"}})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			table := []string{"deal", "memo", "unknown"}[i%3]
			d.TableStarted(table, record.Position{})
			for n := range 100 {
				d.PageStored(page(table, 10), n)
				d.Retried(salesmap.Retry{Endpoint: salesmap.Endpoint{Table: table}})
				d.FormRead(n, 100, int64(n))
				fmt.Fprintln(d.Writer(), "line")
			}
			d.TableEnded(table, nil)
		})
	}
	wg.Wait()
	d.Close()
	if n := strings.Count(out.String(), "line\n"); n != 800 {
		t.Errorf("%d log lines, want 800", n)
	}
}
