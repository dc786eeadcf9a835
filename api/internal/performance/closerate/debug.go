package closerate

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/performance"
)

const maxSamples = 20

// LoadDebug counts what loading met (spec 03 §3.1, `meta.meta_debug`). The keys
// with a year tell of the list of the first year that is loaded.
type LoadDebug struct {
	Loaded            int `json:"total_loaded"`
	Convert           int `json:"excluded_convert"`
	MissingCreated    int `json:"excluded_missing_created_at"`
	UnreadableCreated int `json:"excluded_created_at_parse_fail"`
	NotFirst          int `json:"excluded_online_not_first"`
	OtherFormat       int `json:"excluded_other_course_format"`
	OtherCategory     int `json:"excluded_offline_not_genai"`

	CategoryColumn string   `json:"category_col_used"`
	Formats        []string `json:"raw_formats_sample"`
	Categories     []string `json:"raw_categories_sample"`

	ListStatus   string   `json:"existing_2025_list_status"` // OK or MISSING
	ListNames    int      `json:"existing_2025_list_count"`
	ListIDs      int      `json:"existing_2025_id_count"`
	ListMissing  []string `json:"existing_2025_missing_names_sample"`
	ListModified *float64 `json:"existing_2025_list_mtime"` // Unix seconds
	ListFile     *string  `json:"existing_list_path"`       // file name only
}

// FilterDebug counts what a request left out, each deal at the first reason.
type FilterDebug struct {
	OutOfRange    int `json:"excluded_out_of_range"`
	OtherScope    int `json:"excluded_scope_mismatch"`
	OtherCustomer int `json:"excluded_customer_type_mismatch"`
	Kept          int `json:"after_filters"`
}

// Debug is `meta.meta_debug`.
type Debug struct {
	LoadDebug
	FilterDebug
}

// loadDebug gathers a LoadDebug.
type loadDebug struct {
	LoadDebug
	formats, categories map[string]struct{}
}

func newLoadDebug(book *performance.Book) *loadDebug {
	d := &loadDebug{formats: map[string]struct{}{}, categories: map[string]struct{}{}}
	d.CategoryColumn = book.Column(normalise.CategoryColumn)
	return d
}

func (d *loadDebug) sample(row *crm.Deal) {
	d.formats[normalise.Trim(row.CourseFormat.String())] = struct{}{}
	d.categories[normalise.Trim(row.Category.String())] = struct{}{}
}

func (d *loadDebug) finish(c *customers) LoadDebug {
	d.Formats, d.Categories = performance.Sample(d.formats, maxSamples), performance.Sample(d.categories, maxSamples)
	d.ListStatus, d.ListMissing = "MISSING", []string{}
	names, ok := c.config.Existing(c.firstYear())
	if !ok {
		return d.LoadDebug
	}
	ids, missing := c.named(names)
	d.ListStatus, d.ListNames, d.ListIDs = "OK", len(names), len(ids)
	d.ListMissing = performance.Sample(missing, maxSamples)
	d.ListFile = &c.config.ExistingFile
	if at := c.config.ExistingModified; !at.IsZero() {
		seconds := float64(at.UnixMilli()) / 1000
		d.ListModified = &seconds
	}
	return d.LoadDebug
}
