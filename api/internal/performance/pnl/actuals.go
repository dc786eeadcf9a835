package pnl

// Overrides is the answer of pl-progress/actual-overrides: what people
// entered, in 억. Screens lay it over the summary.
type Overrides struct {
	Year      int                            `json:"year"`
	Months    []string                       `json:"months"`
	Overrides map[string]map[string]*float64 `json:"overrides"` // by line and YYMM; null: no number was entered
	Meta      OverridesMeta                  `json:"meta"`
}

// OverridesMeta says where the actuals come from.
type OverridesMeta struct {
	SnapshotVersion *string  `json:"snapshot_version"`  // nil while there is no snapshot
	File            string   `json:"actual_file_path"`  // its name only
	Modified        int64    `json:"actual_file_mtime"` // Unix seconds; 0 if unknown
	Unmapped        []string `json:"unmapped_categories"`
	Rows            int      `json:"rowCount"`
	Months          int      `json:"monthCount"`
}

// Overrides is GET pl-progress/actual-overrides (spec 03 §4.5) of a
// year, the plan year if nil. It needs no snapshot. Years a century apart have
// the same months.
func (r *Report) Overrides(given *int) Overrides {
	year := r.year(given)
	a := r.config.Actuals(year)
	o := Overrides{
		Year: year, Months: a.Months, Overrides: a.Lines,
		Meta: OverridesMeta{
			File: r.config.ActualsFile, Unmapped: a.Unmapped,
			Rows: len(a.Lines), Months: len(a.Months),
		},
	}
	if at := r.config.ActualsModified; !at.IsZero() {
		o.Meta.Modified = at.Unix()
	}
	if !r.book.Blank() {
		o.Meta.SnapshotVersion = &r.book.Version
	}
	if o.Months == nil {
		o.Months = []string{}
	}
	if o.Overrides == nil {
		o.Overrides = map[string]map[string]*float64{}
	}
	if o.Meta.Unmapped == nil {
		o.Meta.Unmapped = []string{}
	}
	return o
}
