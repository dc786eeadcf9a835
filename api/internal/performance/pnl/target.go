package pnl

// targetTable is the targets of a year.
//
// The replaced service took the cost model without revenue for the targets of a
// year that has none, and had no monthly target of the margin. Corrected rules
// know no targets in such a year, and the margin is target profit ÷ target
// revenue, also of the annual figures (spec 03 P11).
func (r *Report) targetTable(year int, months []string) table {
	lines, ok := r.config.Targets(year)
	if !ok {
		return r.noTargets(len(months))
	}
	t := newTable()
	for _, line := range r.config.Lines {
		given := lines[line.Key]
		for _, month := range months {
			t.months[line.Key] = append(t.months[line.Key], rounded(given.Months[month]))
		}
		annual := given.Year
		t.year[line.Key] = &annual
	}
	t.year[opMargin] = t.yearMargin()
	if r.book.Rules.MarginOfTargets() {
		for i, month := range months {
			t.months[opMargin][i] = margin(lines[op].Months[month], lines[revTotal].Months[month])
		}
		t.year[opMargin] = margin(lines[op].Year, lines[revTotal].Year)
	}
	return t
}

func (r *Report) noTargets(months int) table {
	t := newTable()
	if r.book.Rules.MarginOfTargets() {
		return t
	}
	for range months {
		t.add(r.config.Costs.expect(0, 0))
	}
	t.sumYear()
	return t
}
