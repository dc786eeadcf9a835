// Package checkpoint keeps the small file that says how far an unfinished run
// has come (spec 08 "Checkpoint and resume"). It is for people and for finding
// what can be resumed; the truth stands in the snapshot being built, which
// package ingest commits first.
package checkpoint

import (
	"encoding/json"
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
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

const (
	filePrefix = "checkpoint_"
	fileSuffix = ".json"

	renameAttempts = 3
)

// File is the content of a checkpoint. Times are UTC.
type File struct {
	RunTag    string                     `json:"run_tag"`
	DBTmpPath string                     `json:"db_tmp_path"`
	CreatedAt time.Time                  `json:"created_at"`
	UpdatedAt time.Time                  `json:"updated_at"`
	Tables    map[string]record.Position `json:"tables"`
}

// Path is the checkpoint of a run.
func Path(dir, runTag string) string {
	return filepath.Join(dir, filePrefix+runTag+fileSuffix)
}

// Write replaces the file at path durably: `.json.tmp`, fsync, rename. When
// renaming fails three times the file is written in place, for file systems on
// which a rename over an existing name is refused. Operations are labelled
// "checkpoint.create" (with ".write", ".sync", ".close"), "checkpoint.rename",
// "checkpoint.copy" and "checkpoint.syncdir".
func Write(fsys fsx.OS, path string, f File) error {
	for table, p := range f.Tables {
		if p.Errors == nil {
			p.Errors = []string{}
			f.Tables[table] = p
		}
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("write checkpoint: %w", err)
	}
	raw = append(raw, '\n')
	if err := write(fsys, path, raw); err != nil {
		return fmt.Errorf("write checkpoint: %w", err)
	}
	return nil
}

func write(fsys fsx.OS, path string, raw []byte) error {
	temp := path + fsx.TempSuffix
	if err := fill(fsys, "checkpoint.create", temp, raw); err != nil {
		return errors.Join(err, ignoreMissing(fsys.Remove("checkpoint.cleanup", temp)))
	}
	var err error
	for range renameAttempts {
		if err = fsys.Rename("checkpoint.rename", temp, path); err == nil {
			return fsys.SyncDir("checkpoint.syncdir", filepath.Dir(path))
		}
	}
	if copyErr := fill(fsys, "checkpoint.copy", path, raw); copyErr != nil {
		return errors.Join(err, copyErr)
	}
	return errors.Join(ignoreMissing(fsys.Remove("checkpoint.cleanup", temp)), fsys.SyncDir("checkpoint.syncdir", filepath.Dir(path)))
}

func fill(fsys fsx.OS, op, path string, raw []byte) error {
	f, err := fsys.OpenFile(op, path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Read returns a checkpoint. A missing file is fs.ErrNotExist.
func Read(path string) (File, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return File{}, fmt.Errorf("read checkpoint: %w", err)
	}
	var f File
	if err := json.Unmarshal(raw, &f); err != nil {
		return File{}, fmt.Errorf("read checkpoint %s: %w", path, err)
	}
	if _, err := snapshot.ParseRunTag(f.RunTag); err != nil {
		return File{}, fmt.Errorf("read checkpoint %s: %w", path, err)
	}
	if f.DBTmpPath == "" {
		return File{}, fmt.Errorf("read checkpoint %s: %w", path, io.ErrUnexpectedEOF)
	}
	return f, nil
}

// RunTags lists the runs that have a checkpoint in dir, newest first. A
// missing directory has none.
func RunTags(fsys fsx.OS, dir string) ([]string, error) {
	entries, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list checkpoints: %w", err)
	}
	var tags []string
	for _, e := range entries {
		tag, ok := strings.CutPrefix(e.Name(), filePrefix)
		if !ok {
			continue
		}
		if tag, ok = strings.CutSuffix(tag, fileSuffix); !ok {
			continue
		}
		if _, err := snapshot.ParseRunTag(tag); err == nil {
			tags = append(tags, tag)
		}
	}
	slices.SortFunc(tags, func(a, b string) int { return snapshot.CompareRunTags(b, a) })
	return tags, nil
}

// Remove deletes the checkpoint of a run and what a broken write left beside
// it; it may be missing. The operation is labelled "checkpoint.remove".
func Remove(fsys fsx.OS, dir, runTag string) error {
	path := Path(dir, runTag)
	err := errors.Join(
		ignoreMissing(fsys.Remove("checkpoint.remove", path)),
		ignoreMissing(fsys.Remove("checkpoint.remove", path+fsx.TempSuffix)),
	)
	if err != nil {
		return fmt.Errorf("remove checkpoint: %w", err)
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
