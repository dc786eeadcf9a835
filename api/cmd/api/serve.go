package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/access"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/generation"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/httpapi"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/served"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/webui"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspacewatch"
	"github.com/salesmap-mirror/salesmap-mirror/shared/obs"
	"github.com/salesmap-mirror/salesmap-mirror/shared/runhistory"
)

// serve wires the service together and runs it until ctx ends.
func serve(ctx context.Context, settings *config.Settings, logTo io.Writer) (err error) {
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(config.GCPercent))
	}
	log, err := obs.NewLogger(settings.LogSettings, nil, obs.Sink{W: logTo, Format: settings.LogFormat})
	if err != nil {
		return &usageError{err}
	}
	company, err := workspacewatch.New(settings.Workspace, log)
	if err != nil {
		return &usageError{fmt.Errorf("WORKSPACE_CONFIG: %w", err)}
	}
	rules, known := company.Current().Rules(settings.DateKSTMode)
	if !known {
		log.Warn("unknown DATE_KST_MODE counts as legacy", zap.String("DATE_KST_MODE", settings.DateKSTMode))
	}
	site, err := loadSite(settings)
	if err != nil {
		return &usageError{err}
	}
	reader := served.NewReader(served.ReaderOptions{
		Workspace: company.Current, CacheBytes: settings.CacheMaxBytes,
		Rules: func(w *workspace.Workspace) normalise.Rules {
			rules, _ := w.Rules(settings.DateKSTMode)
			return rules
		},
	})
	var server *httpapi.Server // before the watcher runs
	watcher := generation.NewWatcher(generation.Options[*served.Snapshot]{
		Path: settings.DBPath, Interval: settings.PollInterval, Log: log, Recipe: reader.Recipe,
		Warm:     func(ctx context.Context, g *httpapi.Generation) error { return server.Warm(ctx, g) },
		WarmWait: settings.WarmTimeout,
	})
	options, err := serverOptions(settings, log, site, watcher)
	if err != nil {
		return &usageError{err}
	}
	options.Unpublished, options.Workspace = reader.Unpublished, company.Status
	server, err = httpapi.New(options) //nolint:contextcheck // handlers use their requests' contexts
	if err != nil {
		return err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", settings.Address())
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	log.Info("api listening", zap.String("address", ln.Addr().String()), zap.String("version", obs.Version()),
		zap.String("database", settings.DBPath), zap.String("numbers", string(rules.Numbers)), zap.String("date_mode", string(rules.Dates)))
	warnIfExposed(settings, log)

	watching, stopWatching := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { watcher.Run(watching) })
	err = server.Serve(ctx, ln)
	stopWatching()
	wait.Wait()
	watcher.Close()
	if err == nil {
		log.Info("stopped")
	}
	return errors.Join(err, ignoreSync(log.Sync()))
}

func serverOptions(settings *config.Settings, log *zap.Logger, site *webui.Site, generations httpapi.Generations) (httpapi.Options, error) {
	tokens, err := settings.AccessTokens()
	if err != nil {
		return httpapi.Options{}, err
	}
	proxies, err := settings.ProxyNetworks()
	if err != nil {
		return httpapi.Options{}, err
	}
	var guard *access.Guard
	if tokens.Len() > 0 {
		guard = access.NewGuard(tokens, settings.SessionTTL, time.Now)
	}
	history := filepath.Join(settings.LogDir, runhistory.FileName)
	return httpapi.Options{
		Generations: generations, DBName: filepath.Base(settings.DBPath), Site: site, Log: log,
		LastRun: func() (runhistory.Entry, bool, error) { return runhistory.Last(history) },
		Access:  guard, TrustedProxies: proxies,
		StaleAfter: settings.StaleAfter, CORSOrigins: settings.CORSOrigins,
		MaxInFlight: settings.MaxInFlight, MaxStreams: settings.MaxStreams, RequestTimeout: settings.RequestTimeout,
		ReadHeaderTimeout: settings.ReadHeaderTimeout, ReadTimeout: settings.ReadTimeout,
		WriteTimeout: settings.WriteTimeout, IdleTimeout: settings.IdleTimeout, MaxHeaderBytes: settings.MaxHeaderBytes,
		DrainDelay: settings.DrainDelay, DrainTimeout: settings.DrainTimeout,
	}, nil
}

func loadSite(settings *config.Settings) (*webui.Site, error) {
	if settings.FrontendDir == "" {
		return webui.BuiltIn()
	}
	site, err := webui.Load(os.DirFS(settings.FrontendDir))
	if err != nil {
		return nil, fmt.Errorf("FRONTEND_DIR: %w", err)
	}
	return site, nil
}

// warnIfExposed says what listening to the network without authentication
// means (spec 10 "Access").
func warnIfExposed(settings *config.Settings, log *zap.Logger) {
	if settings.Auth == config.AuthNone || settings.Tokens != "" || !settings.Exposed() {
		return
	}
	log.Warn("anyone who can reach this address can read all customer data: names, phone numbers, amounts, memos. "+
		"To close it, set API_TOKENS (api token new makes one), or listen on HOST=127.0.0.1, "+
		"or put it behind an authenticating proxy and set API_AUTH=none",
		zap.String("address", settings.Address()))
}

// ignoreSync drops the error of syncing a terminal or pipe, which cannot be
// synced.
func ignoreSync(err error) error {
	if _, ok := errors.AsType[*os.PathError](err); ok {
		return nil
	}
	return err
}
