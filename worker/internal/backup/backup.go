// Package backup turns a snapshot into a zip of plain JSON lines and back
// (spec 08 "A run" step 2). A backup can be read without this program: any zip
// and JSON reader will do.
//
//	run_info.json                 the row of run_info
//	schemas/<table>_columns.json  the names of a table's columns, in order
//	<table>.jsonl                 one object a row, in file order
//
// Rows are streamed both ways, so memory does not grow with the snapshot.
package backup

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

// ErrNoSnapshot says that there is nothing to back up yet.
var ErrNoSnapshot = errors.New("no snapshot yet")

const (
	filePrefix = "salesmap_backup_"
	fileSuffix = ".zip"

	runInfoName  = "run_info.json"
	schemaPrefix = "schemas/"
	schemaSuffix = "_columns.json"
	rowsSuffix   = ".jsonl"

	// copyBufferBytes lets rows reach the compressor in large pieces.
	copyBufferBytes = 64 << 10
)

// Path is the backup of the snapshot of a run.
func Path(dir, runTag string) string { return filepath.Join(dir, filePrefix+runTag+fileSuffix) }

// Result is a backup that is there now.
type Result struct {
	Path  string
	Bytes int64
	// Existed is true if an earlier run had made it: a snapshot never changes.
	Existed bool
}

// Write backs up the snapshot at live into dir, under the run tag of what is
// in it; a snapshot without one goes by its modification time. It fails with
// ErrNoSnapshot if there is none. Operations are labelled "backup.create" (with
// ".write", ".sync", ".close"), "backup.rename", "backup.syncdir".
func Write(ctx context.Context, fsys fsx.OS, live, dir string) (Result, error) {
	tag, err := tagOf(ctx, fsys, live)
	if err != nil {
		return Result{}, fmt.Errorf("back up snapshot: %w", err)
	}
	path := Path(dir, tag)
	if info, err := fsys.Stat(path); err == nil {
		return Result{Path: path, Bytes: info.Size(), Existed: true}, nil
	}
	err = fsx.WriteAtomic(fsys, "backup", path, 0o644, func(w io.Writer) error {
		return archive(ctx, live, w)
	})
	if err != nil {
		return Result{}, fmt.Errorf("back up snapshot %s: %w", tag, err)
	}
	info, err := fsys.Stat(path)
	if err != nil {
		return Result{}, fmt.Errorf("back up snapshot %s: %w", tag, err)
	}
	return Result{Path: path, Bytes: info.Size()}, nil
}

func tagOf(ctx context.Context, fsys fsx.OS, live string) (string, error) {
	info, err := fsys.Stat(live)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNoSnapshot
	}
	if err != nil {
		return "", err
	}
	in, err := snapshot.Inspect(ctx, live)
	if _, tagErr := snapshot.ParseRunTag(in.Info.RunTag); tagErr == nil {
		return in.Info.RunTag, nil
	}
	if err != nil && !errors.Is(err, snapshot.ErrIncomplete) {
		return "", err
	}
	return snapshot.RunTag(info.ModTime()), nil
}

// Backup is one zip in the backup directory.
type Backup struct {
	RunTag  string    `json:"run_tag"`
	Path    string    `json:"path"`
	Bytes   int64     `json:"bytes"`
	Written time.Time `json:"written"`
}

// List returns the backups in dir, newest snapshot first. A missing directory
// has none.
func List(fsys fsx.OS, dir string) ([]Backup, error) {
	entries, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var all []Backup
	for _, e := range entries {
		tag, ok := runTagOf(e.Name())
		if !ok {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("list backups: %w", err)
		}
		all = append(all, Backup{RunTag: tag, Path: filepath.Join(dir, e.Name()), Bytes: info.Size(), Written: info.ModTime()})
	}
	slices.SortFunc(all, func(a, b Backup) int { return snapshot.CompareRunTags(b.RunTag, a.RunTag) })
	return all, nil
}

func runTagOf(name string) (string, bool) {
	tag, ok := strings.CutPrefix(name, filePrefix)
	if !ok {
		return "", false
	}
	if tag, ok = strings.CutSuffix(tag, fileSuffix); !ok {
		return "", false
	}
	_, err := snapshot.ParseRunTag(tag)
	return tag, err == nil
}

// Prune removes all backups but the newest keep, and what broken writes left
// behind. It returns the run tags it removed. The operation is labelled
// "backup.prune".
func Prune(fsys fsx.OS, dir string, keep int) ([]string, error) {
	all, err := List(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("prune backups: %w", err)
	}
	var removed []string
	for _, b := range all[min(keep, len(all)):] {
		if err := fsys.Remove("backup.prune", b.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("prune backups: %w", err)
		}
		removed = append(removed, b.RunTag)
	}
	return removed, sweep(fsys, dir)
}

func sweep(fsys fsx.OS, dir string) error {
	entries, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("prune backups: %w", err)
	}
	for _, e := range entries {
		whole, ok := strings.CutSuffix(e.Name(), fsx.TempSuffix)
		if !ok {
			continue
		}
		if _, ok := runTagOf(whole); !ok {
			continue
		}
		if err := fsys.Remove("backup.prune", filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("prune backups: %w", err)
		}
	}
	return nil
}

// archive writes the snapshot at path as a zip. The fastest level is less than
// a fifth larger than the default one here and four times as fast.
func archive(ctx context.Context, path string, w io.Writer) error {
	if _, err := snapshot.ReadHeader(path); err != nil {
		return err
	}
	db, err := snapshot.Open(ctx, path, snapshot.OpenOptions{Conns: 1})
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	err = errors.Join(writeTables(ctx, db, z), z.Close())
	return errors.Join(err, db.Close())
}
