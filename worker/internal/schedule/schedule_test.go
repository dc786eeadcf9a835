package schedule_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func plan(t *testing.T, expr, tz string) schedule.Plan {
	t.Helper()
	p, err := schedule.Parse(expr, tz)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		expr, tz string
		want     []string // in the error; none: fine
	}{
		{"0 3 * * *", "Asia/Seoul", nil},
		{"@every 1m", "Asia/Seoul", nil},
		{"@daily", "UTC", nil},
		{"*/5 9-18 * * 1-5", "Europe/Berlin", nil},
		{"0 3 * *", "Asia/Seoul", []string{"SNAPSHOT_CRON", "0 3 * *"}},
		{"0 0 3 * * *", "Asia/Seoul", []string{"SNAPSHOT_CRON"}},
		{"0 25 * * *", "Asia/Seoul", []string{"SNAPSHOT_CRON"}},
		{"", "Asia/Seoul", []string{"SNAPSHOT_CRON"}},
		{"@every soon", "Asia/Seoul", []string{"SNAPSHOT_CRON"}},
		{"@reboot", "Asia/Seoul", []string{"SNAPSHOT_CRON"}},
		{"0 0 31 2 *", "Asia/Seoul", []string{"SNAPSHOT_CRON", "never happens"}},
		{"CRON_TZ=Asia/Seoul 0 3 * * *", "Asia/Seoul", []string{"SNAPSHOT_CRON", "SNAPSHOT_TZ"}},
		{"TZ=", "Asia/Seoul", []string{"SNAPSHOT_CRON"}},
		{"0 3 * * *", "Asia/Atlantis", []string{"SNAPSHOT_TZ", "Asia/Atlantis"}},
		{"0 3 * * *", "", []string{"SNAPSHOT_TZ"}},
		{"never", "nowhere", []string{"SNAPSHOT_CRON", "SNAPSHOT_TZ"}},
	} {
		_, err := schedule.Parse(tc.expr, tc.tz)
		if (err == nil) != (len(tc.want) == 0) {
			t.Errorf("Parse(%q, %q) = %v", tc.expr, tc.tz, err)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("Parse(%q, %q) = %v, want %q in it", tc.expr, tc.tz, err, want)
			}
		}
	}
}

func TestPlan_NextIsInItsZone(t *testing.T) {
	t.Parallel()
	p := plan(t, "0 3 * * *", "Asia/Seoul")
	got := p.Next(time.Date(2026, 2, 5, 12, 0, 0, 0, time.UTC)).UTC()
	if want := time.Date(2026, 2, 5, 18, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("next is %s, want %s", got, want)
	}
}

func logs() (*zap.Logger, *observer.ObservedLogs) {
	core, seen := observer.New(zapcore.DebugLevel)
	return zap.New(core), seen
}

// run starts a service in a bubble and stops it after d.
func run(t *testing.T, s *schedule.Service, d time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	time.Sleep(d) // of the bubble's clock
	cancel()
	return <-ended
}

func TestRun_TicksAtThePlansTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		log, _ := logs()
		s := &schedule.Service{Plan: plan(t, "0 3 * * *", "Asia/Seoul"), Log: log, Job: func(context.Context) { at = append(at, time.Now().UTC()) }}
		if err := run(t, s, 72*time.Hour); err != nil {
			t.Fatal(err)
		}
		if len(at) != 3 {
			t.Fatalf("ran at %v", at)
		}
		for _, when := range at {
			if when.Hour() != 18 || when.Minute() != 0 {
				t.Errorf("ran at %s, want 03:00 in Seoul", when)
			}
		}
	})
}

func TestRun_AtStart(t *testing.T) {
	t.Parallel()
	for _, atStart := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			var runs atomic.Int32
			log, _ := logs()
			s := &schedule.Service{Plan: plan(t, "@every 1h", "UTC"), Log: log, AtStart: atStart, Job: func(context.Context) { runs.Add(1) }}
			if err := run(t, s, 90*time.Minute); err != nil {
				t.Fatal(err)
			}
			want := int32(1)
			if atStart {
				want = 2
			}
			if got := runs.Load(); got != want {
				t.Errorf("at start %t: %d runs, want %d", atStart, got, want)
			}
		})
	}
}

func TestRun_NeverTwoAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most, runs, skipped atomic.Int32
		log, seen := logs()
		s := &schedule.Service{
			Plan: plan(t, "@every 1m", "UTC"), Log: log, AtStart: true,
			Skipped: func() { skipped.Add(1) },
			Job: func(ctx context.Context) {
				most.Store(max(most.Load(), now.Add(1)))
				defer now.Add(-1)
				runs.Add(1)
				select {
				case <-time.After(150 * time.Second):
				case <-ctx.Done():
				}
			},
		}
		if err := run(t, s, 10*time.Minute+time.Second); err != nil {
			t.Fatal(err)
		}
		if most.Load() != 1 || runs.Load() < 3 || skipped.Load() < 5 {
			t.Errorf("at most %d at once, %d runs, %d skipped", most.Load(), runs.Load(), skipped.Load())
		}
		if n := seen.FilterMessageSnippet("skipped").Len(); n != int(skipped.Load()) {
			t.Errorf("%d skips were said of %d", n, skipped.Load())
		}
	})
}

func TestRun_SurvivesPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		log, seen := logs()
		s := &schedule.Service{Plan: plan(t, "@every 1m", "UTC"), Log: log, AtStart: true, Job: func(context.Context) {
			runs.Add(1)
			panic("no")
		}}
		if err := run(t, s, 3*time.Minute+time.Second); err != nil {
			t.Fatal(err)
		}
		if runs.Load() != 4 || seen.FilterMessage("the run panicked").Len() != 4 {
			t.Errorf("%d runs, %d said", runs.Load(), seen.FilterMessage("the run panicked").Len())
		}
	})
}

func TestRun_StopWaitsForTheJob(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		takes time.Duration
		want  error
	}{{4 * time.Second, nil}, {30 * time.Second, schedule.ErrStillRunning}} {
		synctest.Test(t, func(t *testing.T) {
			log, _ := logs()
			var ended atomic.Bool
			s := &schedule.Service{
				Plan: plan(t, "@every 1m", "UTC"), Log: log, AtStart: true, Grace: 10 * time.Second,
				Job: func(ctx context.Context) {
					<-ctx.Done()
					time.Sleep(tc.takes)
					ended.Store(true)
				},
			}
			err := run(t, s, time.Second)
			if !errors.Is(err, tc.want) || (tc.want == nil) != ended.Load() {
				t.Errorf("a job that takes %s to end: %v, ended %t", tc.takes, err, ended.Load())
			}
			time.Sleep(tc.takes) // let it end before the bubble does
		})
	}
}
