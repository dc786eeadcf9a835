package backup

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/shared/fsx"
	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/ingest"
	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

const (
	restorePageRows = 200
	// maxRowBytes bounds one row of a backup; memos with pictures inside have
	// been seen to be several MB.
	maxRowBytes = 256 << 20
)

// Restore builds the snapshot that a backup was made of, as a finished file at
// path. It is left to be checked and published like any other build.
func Restore(ctx context.Context, fsys fsx.OS, zipPath, path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore backup %s: %w", zipPath, err)
		}
	}()
	z, err := zip.OpenReader(zipPath)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	info, err := readRunInfo(&z.Reader)
	if err != nil {
		return err
	}
	w, err := ingest.Create(ctx, fsys, ingest.Run{Tag: info.RunTag, BaseURL: info.BaseURL}, ingest.Options{Path: path, Verbatim: true})
	if err != nil {
		return err
	}
	return errors.Join(restore(ctx, &z.Reader, w, info), w.Close())
}

func restore(ctx context.Context, z *zip.Reader, w *ingest.Writer, info snapshot.RunInfo) error {
	manifest, err := readManifest(z)
	if err != nil {
		return err
	}
	for _, table := range snapshot.DomainTables() {
		if err := restoreTable(ctx, z, w, table); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return w.Finish(ctx, ingest.Meta{Info: info, Manifest: manifest})
}

func restoreTable(ctx context.Context, z *zip.Reader, w *ingest.Writer, table string) error {
	var columns []string
	err := decodeFile(z, schemaPrefix+table+schemaSuffix, &columns)
	if errors.Is(err, errNotInZip) {
		return nil // an older installation's snapshot did not have it
	}
	if err != nil {
		return err
	}
	if err := w.Declare(ctx, table, columns); err != nil {
		return err
	}
	page := record.Page{Table: table}
	err = eachLine(z, table+rowsSuffix, func(line []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := decodeRow(line, columns)
		if err != nil {
			return err
		}
		page.Records = append(page.Records, r)
		if len(page.Records) < restorePageRows {
			return nil
		}
		page.Number++
		err = w.Put(ctx, page)
		page.Records = page.Records[:0]
		return err
	})
	if err != nil {
		return err
	}
	page.Number++
	page.Last = true
	return w.Put(ctx, page)
}

func decodeRow(line []byte, columns []string) (record.Record, error) {
	var values map[string]*string
	if err := json.Unmarshal(line, &values); err != nil {
		return record.Record{}, err
	}
	r := record.Record{Fields: make([]record.Field, len(columns))}
	for i, c := range columns {
		r.Fields[i] = record.Field{Name: c, Null: true}
		if v := values[c]; v != nil {
			r.Fields[i].Text, r.Fields[i].Null = *v, false
		}
	}
	return r, nil
}

func readRunInfo(z *zip.Reader) (snapshot.RunInfo, error) {
	var row map[string]string
	if err := decodeFile(z, runInfoName, &row); err != nil {
		return snapshot.RunInfo{}, err
	}
	return snapshot.RunInfo{
		RunTag: row["run_tag"], CapturedAtUTC: row["captured_at_utc"], BaseURL: row["base_url"], Endpoints: row["endpoints"],
		Note: row["note"], CheckpointPath: row["checkpoint_path"], FinalDBPath: row["final_db_path"], WorkerVersion: row["worker_version"],
	}, nil
}

func readManifest(z *zip.Reader) ([]snapshot.ManifestRow, error) {
	var manifest []snapshot.ManifestRow
	err := eachLine(z, snapshot.TableManifest+rowsSuffix, func(line []byte) error {
		var row snapshot.ManifestRow
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		manifest = append(manifest, row)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return manifest, nil
}

var errNotInZip = errors.New("not in the backup")

func openFile(z *zip.Reader, name string) (io.ReadCloser, error) {
	for _, f := range z.File {
		if f.Name == name {
			return f.Open()
		}
	}
	return nil, fmt.Errorf("%s: %w", name, errNotInZip)
}

func decodeFile(z *zip.Reader, name string, into any) error {
	r, err := openFile(z, name)
	if err != nil {
		return err
	}
	err = json.NewDecoder(r).Decode(into)
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func eachLine(z *zip.Reader, name string, each func([]byte) error) error {
	r, err := openFile(z, name)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, copyBufferBytes), maxRowBytes)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		if err := each(lines.Bytes()); err != nil {
			return errors.Join(fmt.Errorf("%s line %d: %w", name, n, err), r.Close())
		}
	}
	if err := errors.Join(lines.Err(), r.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
