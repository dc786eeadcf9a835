package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/salesmaptest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

const (
	healthPath = "/healthz"
	// headerTimeout and idleTimeout keep dead connections from piling up. There
	// is no write timeout: answers may stall on purpose.
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	// shutdownTimeout is how long running answers may take to end.
	shutdownTimeout = 3 * time.Second
)

// serve answers requests until ctx ends.
func serve(ctx context.Context, s settings, options salesmaptest.Options, stdout io.Writer) error {
	crm, err := salesmaptest.New(options)
	if err != nil {
		return usage(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", s.Addr, err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", crm)
	mux.HandleFunc(healthPath, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout}
	announce(stdout, listener.Addr(), s, crm, options)

	var running sync.WaitGroup
	evolving, stopEvolving := context.WithCancel(ctx)
	defer stopEvolving()
	running.Go(func() { crm.Run(evolving) })

	failed := make(chan error, 1)
	running.Go(func() { failed <- server.Serve(listener) })
	select {
	case err := <-failed:
		stopEvolving()
		running.Wait()
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	crm.Close()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(closing); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop: %w", err)
	}
	running.Wait()
	stats := crm.Stats()
	fmt.Fprintf(stdout, "sandbox stopped after %d requests, %d records, %d answered 429\n",
		stats.Requests, stats.Records, stats.RateLimited)
	return nil
}

// announce prints the line that people and scripts wait for.
func announce(w io.Writer, addr net.Addr, s settings, crm *salesmaptest.Server, o salesmaptest.Options) {
	count := func(list string) int { return crm.Len(list) }
	source := fmt.Sprintf("seed %d", s.Seed)
	if s.Entities != "" {
		source = "records from " + s.Entities
	}
	quota := fmt.Sprintf("%d requests in %s", o.Quota, salesmaptest.QuotaWindow)
	if o.Quota == 0 {
		quota = "off"
	}
	evolve := "never"
	if o.EvolveEvery > 0 {
		evolve = "every " + o.EvolveEvery.String()
	}
	fmt.Fprintf(w, "sandbox CRM on http://%s%s  %s  organisations %d, people %d, deals %d, leads %d, memos %d  "+
		"quota %s, latency %s, changes %s, faults %d\n",
		addr, salesmaptest.BasePath, source, count(sandboxdata.Organization), count(sandboxdata.People),
		count(sandboxdata.Deal), count(sandboxdata.Lead), count(sandboxdata.Memo),
		quota, o.Latency, evolve, len(o.Faults))
}
