package won

import (
	"context"
	"strconv"
	"strings"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// markdownVersion is the schema_version of the dossier as JSON.
const markdownVersion = "won-groups-json/compact-md-v1.1"

// noData is the whole dossier where nothing was bought.
const noData = "데이터가 없습니다."

// Names of common fields that are lists.
const (
	ownerKey = "owner"
	teamsKey = "day1_teams"
)

// lastMemoChars bounds the last memo in the table of people.
const lastMemoChars = 140

// shortID is how many characters of a deal's id tell it from others of its
// name.
const shortID = 8

// MarkdownOptions say how much a dossier tells (spec 02 §5.1). Lengths are in
// characters.
type MarkdownOptions struct {
	UpperOrg       string // of the groups; empty for all, blank for those without
	MaxDeals       int    // of a group, as is the next
	MaxPeople      int
	DealMemos      int // of a deal
	MemoChars      int
	RedactPhone    bool
	MaxOutputChars int
}

// Markdown is the dossier as JSON.
type Markdown struct {
	SchemaVersion string `json:"schema_version"`
	Markdown      string `json:"markdown"`
}

// Markdown is GET /api/orgs/{id}/won-groups-markdown-compact: the compact groups
// for reading (spec 02 §5). It fails as Groups does.
func (r *Report) Markdown(ctx context.Context, organizationID string, o MarkdownOptions) (Markdown, error) {
	d, err := r.dossier(ctx, organizationID, o.UpperOrg)
	if err != nil {
		return Markdown{}, err
	}
	answer := Markdown{SchemaVersion: markdownVersion, Markdown: noData}
	if c := r.compact(d); len(c.Groups) > 0 {
		w := &writer{rules: r.rules, o: o, left: o.MaxOutputChars}
		w.head(&c)
		for i := range c.Groups {
			w.group(&c.Groups[i])
		}
		answer.Markdown = strings.Join(w.lines, "\n")
	}
	return answer, nil
}

// writer collects lines until there are too many characters.
type writer struct {
	rules normalise.Rules
	o     MarkdownOptions
	lines []string
	left  int // characters, a line break for each line included
	full  bool
}

func (w *writer) add(lines ...string) {
	for _, line := range lines {
		if w.full {
			return
		}
		if w.left -= len([]rune(line)) + 1; w.left < 0 {
			w.full = true
			line = "(truncated due to size limit)"
		}
		w.lines = append(w.lines, line)
	}
}

func (w *writer) head(c *Compact) {
	o := &c.Organization
	scope := "ORG_ALL"
	if w.o.UpperOrg != "" {
		scope = "UPPER_SELECTED"
	}
	var industry []string
	for _, part := range []*string{o.IndustryMajor, o.IndustryMid} {
		if text := orElse(part, ""); text != "" {
			industry = append(industry, text)
		}
	}
	line := strings.Join(industry, " / ")
	w.add(
		"# "+orElse(o.Name, normalise.NotEntered)+" - compact-info-md/v1.1",
		"- org_id: "+orElse(o.ID, ""), "- scope: "+scope, "- size: "+orElse(o.Size, "-"), "- industry: "+orElse(&line, "-"),
		"", "## Summary (Org)",
	)
	w.amounts(o.Summary)
	w.add("", "## Summary (Scope)")
	w.amounts(o.Summary) // the scope is what was asked for
}

func (w *writer) amounts(a Amounts) {
	head, rule := []string{"항목"}, []string{"---"}
	for _, year := range a.years {
		head, rule = append(head, strconv.Itoa(year)), append(rule, "---")
	}
	w.add(row(head), row(rule))
	for _, part := range a.parts() {
		cells := []string{part.label}
		for _, won := range part.won {
			cells = append(cells, memotext.Won(normalise.Finite(won)))
		}
		w.add(row(cells))
	}
}

func (w *writer) group(g *CompactGroup) {
	if w.full {
		return
	}
	w.add("", "---", "## "+g.UpperOrg+" / "+g.Team)
	if g.Defaults != nil {
		w.add("- deal_defaults: " + w.defaults(g.Defaults))
	}
	w.add("", "### Group Won Summary")
	w.amounts(g.Summary)
	if len(g.People) > 0 {
		w.add("", "### People")
		w.people(g.People)
	}
	w.add("", "### Deals")
	if len(g.Deals) == 0 {
		w.add("거래가 없습니다.")
		return
	}
	w.deals(g.Deals)
}

func (w *writer) people(people []CompactPerson) {
	w.add(row([]string{"Name", "Title", "Team", "Edu", "Signals", "Last memo"}), row(rules(6)))
	for i := range people[:min(len(people), w.o.MaxPeople)] {
		p := &people[i]
		last := w.memoLines(p.Memos, memotext.LineOptions{Limit: 1, MaxChars: lastMemoChars, RedactPhone: w.o.RedactPhone})
		w.add(row([]string{
			orElse(p.Name, "-"), orElse(p.Title, "-"), orElse(p.Team, "-"), orElse(p.EducationArea, "-"), "", strings.Join(last, ""),
		}))
	}
	w.more(len(people)-w.o.MaxPeople, "people")
}

func (w *writer) deals(deals []CompactDeal) {
	columns := []string{"#", "Deal", "Status", "Amount", "Contract", "Expected", "Period", "Contact", "Exceptions", "Memos"}
	w.add(row(columns), row(rules(len(columns))))
	for i := range deals[:min(len(deals), w.o.MaxDeals)] {
		if w.full {
			return
		}
		w.add(row(w.dealCells(i+1, &deals[i])))
	}
	w.more(len(deals)-w.o.MaxDeals, "deals")
}

func (w *writer) more(n int, what string) {
	if n > 0 {
		w.add("_truncated: " + strconv.Itoa(n) + " more " + what + " not shown_")
	}
}

func (w *writer) dealCells(number int, d *CompactDeal) []string {
	amount := d.Amount
	if amount == nil {
		amount = d.ExpectedAmount
	}
	won := ""
	if amount != nil {
		won = memotext.Won(*amount)
	}
	memos := ""
	if lines := w.memoLines(d.Memos, memotext.LineOptions{
		Limit: w.o.DealMemos, MaxChars: w.o.MemoChars, RedactPhone: w.o.RedactPhone,
	}); len(lines) > 0 {
		memos = "(총 " + strconv.Itoa(len(d.Memos)) + "개) " + strings.Join(lines, "<br>")
	}
	return []string{
		strconv.Itoa(number), orElse(d.Name, "") + " (" + cut(orElse(d.ID, ""), shortID) + ")", orElse(d.Status, "-"), won,
		d.ContractDate, d.ExpectedDate, period(d.StartDate, d.EndDate), contactCell(d),
		w.exceptions(&d.Common), memos,
	}
}

// commonKeys are the common fields in the order of Common.fields.
func commonKeys() []string { return []string{"course_format", "category", ownerKey, teamsKey} }

// defaults lists what the deals of a group have in common.
func (w *writer) defaults(c *Common) string {
	var list []string
	for i, key := range commonKeys() {
		v := *c.fields()[i]
		if v == nil {
			continue
		}
		text := w.printed(key, *v)
		if text == "" && v.Kind == normalise.List {
			text = "(none)"
		}
		list = append(list, key+"="+text)
	}
	return strings.Join(list, " | ")
}

// exceptions lists where a deal differs from its group, the owner first.
func (w *writer) exceptions(c *Common) string {
	var list []string
	var owner []string
	for i, key := range commonKeys() {
		v := *c.fields()[i]
		if v == nil || v.Falsy() {
			continue
		}
		entry := key + "=" + w.printed(key, *v)
		if key == ownerKey {
			owner = append(owner, entry)
		} else {
			list = append(list, entry)
		}
	}
	return strings.Join(append(owner, list...), " | ")
}

func (w *writer) printed(key string, v normalise.Value) string {
	switch {
	case key == teamsKey:
		return strings.Join(teamNames(v), ", ")
	case key == ownerKey && v.Kind == normalise.List && w.rules.EveryOwnerIsNamed():
		return strings.Join(normalise.Owners(v), ", ")
	default:
		return v.Printed()
	}
}

func teamNames(teams normalise.Value) []string {
	var names []string
	for _, team := range teams.Items {
		if name := firstTruthy(team, "name", "id"); !name.Falsy() {
			names = append(names, name.Printed())
		}
	}
	return names
}

func (w *writer) memoLines(list []CompactMemo, o memotext.LineOptions) []string {
	memos := make([]memotext.Memo, len(list))
	for i := range list {
		m := &list[i]
		memos[i] = memotext.Memo{CreatedAt: orElse(m.CreatedAt, ""), Date: m.Date, Text: textCell(m.Text), Fields: m.Fields}
	}
	return memotext.Lines(memos, o, w.rules)
}
