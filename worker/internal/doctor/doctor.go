// Package doctor looks at everything a run needs before one is begun, and says
// what is wrong and how to mend it (`worker doctor`). It changes nothing but
// the lock file.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/config"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/quota"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/space"
)

const (
	// maxClockSkew is how far the clock may be off: run tags and ages come
	// from it.
	maxClockSkew = 5 * time.Minute
	callTimeout  = 15 * time.Second

	accessWrite = 2 // W_OK of access(2)
)

// Finding is the result of one check.
type Finding struct {
	What string
	OK   bool
	Note string // what was found
	Mend string // what to do, if it is not OK
}

// Look does all checks.
func Look(ctx context.Context, s config.Run) []Finding {
	findings := []Finding{settings(s)}
	findings = append(findings, service(ctx, s)...)
	findings = append(findings, folders(s)...)
	volume, err := snapshot.NewVolume(s.DBPath)
	if err != nil {
		return findings
	}
	return append(findings, room(volume), lock(volume), live(ctx, volume))
}

// Report writes the findings and tells whether all are well.
func Report(w io.Writer, findings []Finding) (bool, error) {
	well := true
	for _, f := range findings {
		mark := "ok  "
		if !f.OK {
			mark, well = "FAIL", false
		}
		if _, err := fmt.Fprintf(w, "%s  %-14s %s\n", mark, f.What, f.Note); err != nil {
			return false, err
		}
		if !f.OK && f.Mend != "" {
			if _, err := fmt.Fprintf(w, "      %-14s -> %s\n", "", f.Mend); err != nil {
				return false, err
			}
		}
	}
	return well, nil
}

func settings(s config.Run) Finding {
	f := Finding{What: "settings"}
	if err := s.Validate(nil); err != nil {
		f.Note, f.Mend = err.Error(), "see worker run-once --help"
		return f
	}
	f.OK, f.Note = true, "valid"
	return f
}

// service checks token, address and clock with one cheap call each.
func service(ctx context.Context, s config.Run) []Finding {
	token := Finding{What: "token"}
	client, err := salesmap.New(salesmap.Options{
		BaseURL: s.BaseURL, Token: s.Token, Limiter: quota.Unlimited(), Timeout: callTimeout,
	})
	if err != nil {
		token.Note, token.Mend = err.Error(), "set SALESMAP_TOKEN and SALESMAP_API_BASE"
		return []Finding{token}
	}
	defer client.Close()
	switch err := client.Check(ctx); {
	case err == nil:
		token.OK, token.Note = true, "accepted by "+s.BaseURL
	case errors.Is(err, salesmap.ErrTokenRefused):
		token.Note = err.Error()
		token.Mend = "making a new token in Salesmap ends the old one; put the new one into SALESMAP_TOKEN"
	case errors.Is(err, salesmap.ErrForbidden):
		token.Note = err.Error()
		token.Mend = "the workspace may allow listed IP addresses only; add the one this machine goes out by"
	default:
		token.Note = err.Error()
		token.Mend = "check SALESMAP_API_BASE and that this machine reaches it"
	}
	return []Finding{token, clock(ctx, s.BaseURL)}
}

// clock compares with the Date of any answer of the server; the call carries
// no token.
func clock(ctx context.Context, base string) Finding {
	f := Finding{What: "clock", OK: true}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, base, http.NoBody)
	if err != nil {
		f.Note = "not compared: " + err.Error()
		return f
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		f.Note = "not compared, the server cannot be reached"
		return f
	}
	_ = resp.Body.Close() // a HEAD has none
	at, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		f.Note = "not compared, the server does not tell its time"
		return f
	}
	off := time.Since(at).Round(time.Second)
	f.Note = fmt.Sprintf("%s off the server's", off.Abs())
	if off.Abs() > maxClockSkew {
		f.OK, f.Mend = false, "set the clock of this machine; run tags and the age of snapshots come from it"
	}
	return f
}

func folders(s config.Run) []Finding {
	var all []Finding
	var device uint64
	for i, dir := range []struct{ name, path string }{
		{"DB_PATH", filepath.Dir(s.DBPath)},
		{"snapshots", filepath.Join(filepath.Dir(s.DBPath), "snapshots")},
		{"LOG_DIR", s.LogDir},
		{"CHECKPOINT_DIR", s.CheckpointDir},
		{"BACKUP_DIR", s.BackupDir},
	} {
		f, dev := folder(dir.name, dir.path)
		if i == 0 {
			device = dev
		}
		if i == 1 && f.OK && dev != device {
			f.OK, f.Note = false, dir.path+" is on another file system than the live link"
			f.Mend = "put both on one file system, so that a rename is one step"
		}
		all = append(all, f)
	}
	return all
}

// folder looks at a folder, or at the nearest one above it that exists.
func folder(name, path string) (f Finding, device uint64) {
	f = Finding{What: name, Mend: "make it, and give it to the user that runs the worker"}
	there := path
	info, err := os.Stat(there)
	for errors.Is(err, fs.ErrNotExist) && there != filepath.Dir(there) {
		there = filepath.Dir(there)
		info, err = os.Stat(there)
	}
	if err != nil {
		f.Note = err.Error()
		return f, 0
	}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		device = sys.Dev
	}
	switch {
	case !info.IsDir():
		f.Note = there + " is not a folder"
	case syscall.Access(there, accessWrite) != nil:
		f.Note = there + " cannot be written"
	case there != path:
		f.OK, f.Note = true, path+" will be made"
	default:
		f.OK, f.Note = true, path
	}
	return f, device
}

func room(v snapshot.Volume) Finding {
	f := Finding{What: "free space", Mend: space.Mend}
	free, err := space.Free(v.Dir())
	if err != nil {
		f.Note = err.Error()
		return f
	}
	var size int64
	if info, err := os.Stat(v.Live()); err == nil {
		size = info.Size()
	}
	need := space.Comfortable(size)
	f.Note = fmt.Sprintf("%d MB, a run may need %d MB", free>>20, need>>20)
	f.OK = free >= need
	return f
}

func lock(v snapshot.Volume) Finding {
	f := Finding{What: "lock", OK: true, Note: "free"}
	if _, err := os.Stat(v.Dir()); err != nil {
		return f
	}
	held, err := fsx.AcquireLock(v.LockFile())
	switch {
	case errors.Is(err, fsx.ErrLocked):
		f.Note = "held: a run is on its way"
	case err != nil:
		f.OK, f.Note, f.Mend = false, err.Error(), "give the folder of DB_PATH to the user that runs the worker"
	default:
		if err := held.Release(); err != nil {
			f.OK, f.Note = false, err.Error()
		}
	}
	return f
}

func live(ctx context.Context, v snapshot.Volume) Finding {
	f := Finding{What: "live snapshot", OK: true}
	if _, err := os.Stat(v.Live()); errors.Is(err, fs.ErrNotExist) {
		f.Note = "none yet"
		return f
	}
	found, err := snapshot.Siblings(v.Live())
	if err == nil && len(found) > 0 {
		f.OK, f.Note = false, fmt.Sprintf("journal files beside it: %v", found)
		f.Mend = "stop what opens the database for writing, then remove them; no run publishes while they are there"
		return f
	}
	in, err := snapshot.Inspect(ctx, v.Live())
	if err != nil {
		f.OK, f.Note, f.Mend = false, err.Error(), "worker rollback, or a new run"
		return f
	}
	f.Note = fmt.Sprintf("%s, captured %s", in.Info.RunTag, in.Info.CapturedAtUTC)
	return f
}
