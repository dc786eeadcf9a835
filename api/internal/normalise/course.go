package normalise

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// CourseFormat is N-FORMAT: the trimmed text without whitespace directly before
// an ASCII `(`, empty for NULL.
func CourseFormat(t crm.Text) string {
	s := Trim(t.String())
	for i := 1; i < len(s); i++ {
		if s[i] == '(' && spaceBefore(s, i) {
			return withoutSpaceBeforeBrackets(s)
		}
	}
	return s
}

func spaceBefore(s string, i int) bool {
	c, _ := utf8.DecodeLastRuneInString(s[:i])
	return IsSpace(c)
}

func withoutSpaceBeforeBrackets(s string) string {
	parts := strings.Split(s, "(")
	for i := range parts[:len(parts)-1] {
		parts[i] = strings.TrimRightFunc(parts[i], IsSpace)
	}
	return strings.Join(parts, "(")
}

// Preparation is how the replaced service prepared a course format before
// looking it up, which differed between endpoints (spec 01 §7).
type Preparation uint8

// The preparations of the N-ONLINE table.
const (
	Exact     Preparation = iota // the raw text
	Trimmed                      // trimmed
	Formatted                    // N-FORMAT
)

// FormatSet is a set of course formats, such as the online ones (N-ONLINE).
type FormatSet struct {
	labels    map[string]struct{} // as the workspace spells them
	formatted map[string]struct{} // by N-FORMAT
}

// NewFormatSet returns the set of the workspace's labels.
func NewFormatSet(labels ...string) FormatSet {
	s := FormatSet{make(map[string]struct{}, len(labels)), make(map[string]struct{}, len(labels))}
	for _, label := range labels {
		s.labels[label] = struct{}{}
		s.formatted[CourseFormat(crm.NewText(label))] = struct{}{}
	}
	return s
}

// Online is N-ONLINE: whether a course format is in the online set. NULL and
// blank are not. Corrected rules prepare every value by N-FORMAT, whatever how
// says.
func (r Rules) Online(online FormatSet, t crm.Text, how Preparation) bool {
	set, s := online.labels, t.String()
	switch {
	case r.OneCourseFormatRule():
		set, s = online.formatted, CourseFormat(t)
	case how == Trimmed:
		s = Trim(s)
	case how == Formatted:
		s = CourseFormat(t)
	}
	_, ok := set[s]
	return ok && s != ""
}

// CloseFormats groups course formats for the close rate (N-FORMAT-CLOSE).
type CloseFormats struct{ groups map[string]string }

// NewCloseFormats keeps a group for each online label and puts the offline
// labels into one.
func NewCloseFormats(online, offline []string, offlineGroup string) CloseFormats {
	groups := make(map[string]string, len(online)+len(offline))
	for _, label := range offline {
		groups[label] = offlineGroup
	}
	for _, label := range online {
		groups[label] = label
	}
	return CloseFormats{groups}
}

// Group is N-FORMAT-CLOSE: the group of a course format, false if the close
// rate leaves it out.
func (c CloseFormats) Group(t crm.Text) (group string, ok bool) {
	group, ok = c.groups[CourseFormat(t)]
	return group, ok
}

// Labels is the list of labels that a grid has rows for.
type Labels struct{ known map[string]struct{} }

// NewLabels returns the workspace's list; its order is the caller's business.
func NewLabels(labels ...string) Labels {
	l := Labels{make(map[string]struct{}, len(labels))}
	for _, label := range labels {
		l.known[label] = struct{}{}
	}
	return l
}

// group returns a known label as it is, 미기재 for an empty one, else 기타.
func (l Labels) group(s string) string {
	if s == "" {
		return Unspecified
	}
	if _, ok := l.known[s]; ok {
		return s
	}
	return OtherLabel
}

// FormatGroup is N-FORMAT-INQ: the row of a course format in the inquiry grid.
func (l Labels) FormatGroup(t crm.Text) string { return l.group(CourseFormat(t)) }

// Categories maps raw categories to their groups (N-CATEGORY-GROUP).
type Categories struct {
	groups  map[string]string
	unified map[string]string // by category without U+0020
}

// NewCategories takes the members of each group. Of groups that share a member
// the first by name has it.
func NewCategories(members map[string][]string) Categories {
	c := Categories{map[string]string{}, map[string]string{}}
	for _, group := range slices.Backward(slices.Sorted(maps.Keys(members))) {
		for _, category := range members[group] {
			c.groups[category] = group
			c.unified[withoutSpaces(category)] = group
		}
	}
	return c
}

func withoutSpaces(s string) string { return strings.ReplaceAll(s, " ", "") }

// Group is N-CATEGORY-GROUP: the group of a trimmed category, 미기재 if it is
// blank, 기타 if no group has it.
func (c Categories) Group(t crm.Text) string { return c.groupOf(Trim(t.String())) }

// CloseRateGroup is Group for the close rate, where the replaced service took
// every U+0020 out of the category but not out of the labels, and so missed
// those that have one. Corrected rules take them out of both (spec 03 §3.1).
func (r Rules) CloseRateGroup(c Categories, t crm.Text) string {
	s := Trim(withoutSpaces(t.String()))
	if r.OneCourseFormatRule() {
		if group, ok := c.unified[s]; ok && s != "" {
			return group
		}
	}
	return c.groupOf(s)
}

func (c Categories) groupOf(s string) string {
	if s == "" {
		return Unspecified
	}
	if group, ok := c.groups[s]; ok {
		return group
	}
	return OtherLabel
}
