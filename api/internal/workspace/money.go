package workspace

import (
	"fmt"
	"maps"
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// wonPerEok turns targets into won by plain multiplication; spec 04 §1.1 wants
// its binary fractions.
const wonPerEok = 1e8

// TargetKey names a counterparty in the target lists, in the form of
// NewTargetKey. OrgID is empty where the file gives none.
type TargetKey struct{ Org, Upper, OrgID string }

// NewTargetKey is the key of a counterparty without an id (min-norm and upper
// of spec 04 §1).
func NewTargetKey(org string, upper crm.Text) TargetKey {
	return TargetKey{Org: normalise.PlainSpaces(org), Upper: normalise.TextUpper(upper)}
}

// Targets are sales targets in won by counterparty.
type Targets struct{ Offline, Online map[TargetKey]float64 }

// Targets returns the sales targets that count: a row whose amount is no number
// does not, and neither do rows of one list that give the same counterparty an
// amount twice. Ids count only where the rules tell organisations of one name
// apart.
func (w *Workspace) Targets(rules normalise.Rules) Targets {
	return Targets{
		Offline: targetTable(w.CounterpartyTargets.Offline, rules),
		Online:  targetTable(w.CounterpartyTargets.Online, rules),
	}
}

func targetTable(rows []CounterpartyTarget, rules normalise.Rules) map[TargetKey]float64 {
	table := map[TargetKey]float64{}
	repeated := map[TargetKey]bool{}
	for _, row := range rows {
		eok, ok := row.AmountEok.Target(rules)
		if !ok {
			continue
		}
		key := row.key(rules)
		if _, ok := table[key]; ok {
			repeated[key] = true
		}
		table[key] = eok * wonPerEok
	}
	for key := range repeated {
		delete(table, key)
	}
	return table
}

func (t CounterpartyTarget) key(rules normalise.Rules) TargetKey {
	key := NewTargetKey(t.Org, crm.NewText(t.Counterparty))
	if rules.SharedNamesNeedAnID() {
		key.OrgID = t.OrgID
	}
	return key
}

// PnLTarget is a line's targets in 억.
type PnLTarget struct {
	Year   float64            // the annual figure as given
	Months map[string]float64 // by YYMM; a month that is not given has none
}

// PnLTargetLines returns the P&L targets of a year by the key of their line;
// false if the file has none for that year.
func (w *Workspace) PnLTargetLines(year int) (lines map[string]PnLTarget, ok bool) {
	if w.PnLTargets.Year != year || year == 0 {
		return nil, false
	}
	lines = map[string]PnLTarget{}
	annual := fmt.Sprintf("%04d", year)
	for _, line := range w.PnLTargets.Lines {
		t := PnLTarget{Months: map[string]float64{}}
		for _, figure := range line.Value {
			if figure.Key == annual {
				t.Year = figure.Value
			} else {
				t.Months[figure.Key] = figure.Value
			}
		}
		lines[line.Key] = t
	}
	return lines, true
}

// Actuals are P&L actuals in 억.
type Actuals struct {
	Lines    map[string]map[string]*float64 // by line and YYMM; nil: typed, but no number
	Months   []string                       // that occur, ascending
	Unmapped []string                       // categories that are no line, ascending
}

// PnLActuals returns the actuals of a year (spec 03 §4.5). Of a month that a
// line has twice the last counts. Months carry two digits of their year, so
// years a century apart have the same.
func (w *Workspace) PnLActuals(year int, rules normalise.Rules) Actuals {
	a := Actuals{Lines: map[string]map[string]*float64{}}
	months, unmapped := map[string]struct{}{}, map[string]struct{}{}
	for _, row := range w.PnLActualOverrides {
		category := normalise.Trim(row.Category)
		if category == "" {
			continue
		}
		line, ok := w.lineKeys[category]
		if !ok {
			unmapped[category] = struct{}{}
			continue
		}
		for _, cell := range row.Months {
			month := normalise.Trim(cell.Key)
			if !isMonthOf(month, year) {
				continue
			}
			if a.Lines[line] == nil {
				a.Lines[line] = map[string]*float64{}
			}
			a.Lines[line][month] = nil
			if x, ok := cell.Value.Number(rules); ok {
				a.Lines[line][month] = &x
			}
			months[month] = struct{}{}
		}
	}
	a.Months = slices.Sorted(maps.Keys(months))
	a.Unmapped = slices.Sorted(maps.Keys(unmapped))
	return a
}

// isMonthOf reports whether text is a YYMM of a year.
func isMonthOf(text string, year int) bool {
	for month := 1; month <= 12; month++ {
		if text == monthKey(year, month) {
			return true
		}
	}
	return false
}

// monthKey is YYMM.
func monthKey(year, month int) string {
	return fmt.Sprintf("%02d%02d", ((year%100)+100)%100, month)
}
