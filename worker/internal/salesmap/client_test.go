package salesmap_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
)

// serve starts a server and returns a client of it that does not wait between
// attempts.
func serve(tb testing.TB, o salesmap.Options, h http.HandlerFunc) *salesmap.Client {
	tb.Helper()
	server := httptest.NewServer(h)
	tb.Cleanup(server.Close)
	o.BaseURL = server.URL + "/api/v2"
	o.Backoff = noWait
	o.RateLimitWait = time.Millisecond
	return newClient(tb, o)
}

func noWait(int) time.Duration { return time.Millisecond }

func TestNew_Refuses(t *testing.T) {
	for _, tt := range []struct {
		name, base string
		token      envdoc.Secret
	}{
		{"no base", "", canary},
		{"no scheme", "salesmap.kr/api/v2", canary},
		{"other scheme", "ftp://salesmap.kr", canary},
		{"no host", "https:///api", canary},
		{"user in base", "https://me:" + canary + "@salesmap.kr", canary},
		{"query in base", "https://salesmap.kr/api?token=" + canary, canary},
		{"unreadable base", "https://salesmap.kr/%zz" + canary, canary},
		{"no token", "https://salesmap.kr", ""},
		{"newline in token", "https://salesmap.kr", canary + "\n"},
		{"space in token", "https://salesmap.kr", canary + " x"},
		{"Korean token", "https://salesmap.kr", canary + "토큰"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := salesmap.New(salesmap.Options{BaseURL: tt.base, Token: tt.token, Limiter: quota.Unlimited()})
			if err == nil {
				t.Fatal("taken")
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the token stands in %q", err)
			}
		})
	}
	if _, err := salesmap.New(salesmap.Options{BaseURL: "https://salesmap.kr", Token: canary}); err == nil {
		t.Error("no limiter is taken")
	}
}

func TestList_Request(t *testing.T) {
	var got *http.Request
	c := serve(t, salesmap.Options{UserAgent: "test/1"}, func(w http.ResponseWriter, r *http.Request) {
		got = r
		fmt.Fprint(w, `{"success":true,"data":{"webFormSubmitList":[]}}`)
	})
	if _, err := c.List(t.Context(), salesmap.Submissions("가/나?"), "a+b/c=&d"); err != nil {
		t.Fatal(err)
	}
	if got.Method != http.MethodGet || got.URL.EscapedPath() != "/api/v2/webForm/%EA%B0%80%2F%EB%82%98%3F/submit" {
		t.Errorf("%s %s", got.Method, got.URL.EscapedPath())
	}
	if q := got.URL.Query(); len(q) != 1 || q.Get("cursor") != "a+b/c=&d" {
		t.Errorf("query %v", q)
	}
	if a := got.Header.Get("Authorization"); a != "Bearer "+canary {
		t.Errorf("Authorization %q", a)
	}
	if strings.Contains(got.URL.String(), canary) || got.UserAgent() != "test/1" {
		t.Errorf("%s by %s", got.URL, got.UserAgent())
	}
}

func TestEndpoints(t *testing.T) {
	var tables []string
	for _, e := range salesmap.Endpoints() {
		tables = append(tables, e.Table)
		if e.Paged == (e.Table == snapshot.TableUser || e.Table == snapshot.TableTeam) {
			t.Errorf("%s: paged is %v", e.Table, e.Paged)
		}
	}
	if want := snapshot.CrawlTables(); strings.Join(tables, " ") != strings.Join(want, " ") {
		t.Errorf("endpoints fill %v, snapshots hold %v", tables, want)
	}
	if _, ok := salesmap.EndpointOf(snapshot.TableWebformHistory); ok {
		t.Error("web-form history is no crawled table")
	}
}

// A server that repeats the token in all it says must not get it into errors.
func TestList_TokenInNoError(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"reason": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"success":false,"reason":"bad header %s"}`, r.Header.Get("Authorization"))
		},
		"401": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"success":false,"message":%q}`, r.Header.Get("Authorization"))
		},
		"success false": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"success":false,"error":%q}`, r.Header.Get("Authorization"))
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+canary+".example/"+canary, http.StatusFound)
		},
		"broken status line": func(w http.ResponseWriter, r *http.Request) {
			conn, rw, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			fmt.Fprintf(rw, "HTTP/1.1 %s\r\n\r\n", r.Header.Get("Authorization"))
			rw.Flush()
		},
		"chunked nonsense": func(w http.ResponseWriter, r *http.Request) {
			conn, rw, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			fmt.Fprintf(rw, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n", r.Header.Get("Authorization"))
			rw.Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			var told []string
			c := serve(t, salesmap.Options{MaxRetries: 1, OnRetry: func(r salesmap.Retry) { told = append(told, fmt.Sprintf("%+v", r)) }}, h)
			_, err := c.List(t.Context(), endpoint(t, "deal"), canary+"-is-no-cursor")
			if err == nil {
				t.Fatal("no error")
			}
			for _, text := range append(told, err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%v %+v %#v", c, c, c)) {
				if strings.Contains(text, canary) {
					t.Errorf("the token stands in %q", text)
				}
			}
		})
	}
}

func TestList_RedirectToAnotherHost(t *testing.T) {
	var reached atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		fmt.Fprint(w, goodPage)
	}))
	defer other.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(other.URL, "http://"), ":")
	for name, to := range map[string]string{
		"other port":          other.URL + "/api/v2/deal",
		"other name":          "http://localhost:" + port + "/api/v2/deal",
		"other scheme":        "https://127.0.0.1:" + port + "/",
		"scheme-relative":     "//" + strings.TrimPrefix(other.URL, "http://") + "/x",
		"user before our own": "http://x@" + strings.TrimPrefix(other.URL, "http://") + "/x",
	} {
		t.Run(name, func(t *testing.T) {
			for _, status := range []int{301, 302, 303, 307, 308} {
				c := serve(t, salesmap.Options{MaxRetries: 3}, func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, to, status)
				})
				_, err := c.List(t.Context(), endpoint(t, "deal"), "")
				e, ok := errors.AsType[*salesmap.Error](err)
				if !ok || e.Kind != salesmap.KindRedirect || e.Attempts != 1 || e.Status != status {
					t.Errorf("err = %v", err)
				}
			}
		})
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d calls reached the other host", n)
	}
}

func TestList_RedirectWithinTheHost(t *testing.T) {
	c := serve(t, salesmap.Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v2/deal" {
			http.Redirect(w, r, "/api/v2/deals", http.StatusMovedPermanently)
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+canary {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, goodPage)
	})
	got, err := c.List(t.Context(), endpoint(t, "deal"), "")
	if err != nil || len(got.Records) != 1 {
		t.Fatalf("%d records, err %v", len(got.Records), err)
	}
	if s := c.Stats(); s.Requests != 2 {
		t.Errorf("%d requests counted, the server saw 2", s.Requests)
	}
}

func TestList_RedirectForEver(t *testing.T) {
	calls := 0
	c := serve(t, salesmap.Options{MaxRetries: 3}, func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "/again", http.StatusFound)
	})
	_, err := c.List(t.Context(), endpoint(t, "deal"), "")
	if salesmap.KindOf(err) != salesmap.KindRedirect || calls > 5 {
		t.Errorf("err = %v after %d calls", err, calls)
	}
}

func TestList_BodyTooLarge(t *testing.T) {
	c := serve(t, salesmap.Options{MaxRetries: 3}, func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range salesmap.MaxBodyBytes>>20 + 1 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, err := c.List(t.Context(), endpoint(t, "deal"), "")
	if salesmap.KindOf(err) != salesmap.KindBodyTooLarge {
		t.Errorf("err = %v", err)
	}
	if s := c.Stats(); s.Requests != 1 {
		t.Errorf("%d requests", s.Requests)
	}
}

func TestList_UntrustedCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	c := newClient(t, salesmap.Options{BaseURL: server.URL, MaxRetries: 3, Backoff: noWait})
	_, err := c.List(t.Context(), endpoint(t, "deal"), "")
	if salesmap.KindOf(err) != salesmap.KindTLS || !strings.Contains(err.Error(), "CA certificates") {
		t.Errorf("err = %v", err)
	}
}

func TestList_KeepsConnections(t *testing.T) {
	connections := map[string]bool{}
	calls := 0
	c := serve(t, salesmap.Options{MaxRetries: 5}, func(w http.ResponseWriter, r *http.Request) {
		connections[r.RemoteAddr] = true
		if calls++; calls%2 == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, strings.Repeat("x", 10_000))
			return
		}
		fmt.Fprint(w, goodPage)
	})
	for range 5 {
		if _, err := c.List(t.Context(), endpoint(t, "deal"), ""); err != nil {
			t.Fatal(err)
		}
	}
	if len(connections) != 1 {
		t.Errorf("%d connections for %d calls, want 1", len(connections), calls)
	}
}

func TestList_LongMessageIsCut(t *testing.T) {
	c := serve(t, salesmap.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":"line one\nline two\u0007 %s"}`, strings.Repeat("가", 5000))
	})
	_, err := c.List(t.Context(), endpoint(t, "deal"), "")
	if n := len([]rune(err.Error())); n > 300 || strings.ContainsAny(err.Error(), "\n\a") {
		t.Errorf("%d characters: %q", n, err)
	}
}
