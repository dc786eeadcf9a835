package progress

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	barWidth = 16
	// formsName and totalName label the lines that are not tables.
	formsName = "web forms"
	totalName = "total"
)

// block is the lines of the bar display, each narrower than width.
func (s *state) block(now time.Time, width int) []string {
	name := len(formsName)
	for _, t := range s.tables {
		name = max(name, len(t.name))
	}
	var lines []string
	for i, t := range s.tables {
		if t.failure != "" { // what matters must fit on the narrowest terminal
			lines = append(lines, fmt.Sprintf("%-*s failed: %s, %s rows", name, t.name, t.failure, count(t.rows)))
			continue
		}
		share, known := t.share()
		lines = append(lines, fmt.Sprintf("%-*s %s %10s rows %6s pages  %s",
			name, t.name, bar(share, known), count(t.rows), count(int64(t.pages)), s.condition(i, now)))
	}
	if f := s.forms; f.total > 0 {
		lines = append(lines, fmt.Sprintf("%-*s %s %10s rows %6s forms",
			name, formsName, bar(float64(f.done)/float64(f.total), true), count(f.rows), fmt.Sprintf("%d/%d", f.done, f.total)))
	}
	lines = append(lines, fmt.Sprintf("%-*s %s", name, totalName, s.summary(now)))
	for i, line := range lines {
		lines[i] = clip(line, width-1)
	}
	return lines
}

// condition says how a table is doing.
func (s *state) condition(i int, now time.Time) string {
	t := s.tables[i]
	text := fmt.Sprintf("%.1f req/s", s.rate(i, now))
	switch {
	case t.ended:
		text = "done"
	case !t.begun:
		text = "waiting"
	}
	if t.retries > 0 {
		text += ", " + plural(t.retries, "retry", "retries")
	}
	return text
}

// summary is the total over all tables.
func (s *state) summary(now time.Time) string {
	var rows, pages int64
	for _, t := range s.tables {
		rows += t.rows
		pages += int64(t.pages)
	}
	parts := []string{
		count(rows) + " rows", plural(pages, "page", "pages"),
		fmt.Sprintf("%.1f req/s", s.totalRate(now)), plural(s.retries, "retry", "retries"),
	}
	if pause := s.pausedUntil.Sub(now); pause > 0 {
		parts = append(parts, fmt.Sprintf("paused by the CRM for %.0f s", max(1, pause.Seconds())))
	}
	if left, ok := s.left(now); ok {
		parts = append(parts, "about "+rough(left)+" left")
	}
	return strings.Join(parts, ", ")
}

// line is the plain display.
func (s *state) line(now time.Time) string {
	var parts []string
	for _, t := range s.tables {
		text := t.name + " " + count(t.rows)
		if t.expected > 0 && !t.ended {
			text += "/" + count(t.expected)
		}
		switch {
		case t.failure != "":
			text += " failed: " + t.failure
		case t.ended:
			text += " done"
		}
		parts = append(parts, text)
	}
	if f := s.forms; f.total > 0 {
		parts = append(parts, fmt.Sprintf("%s %d/%d", formsName, f.done, f.total))
	}
	return fmt.Sprintf("progress: %s; %s %s", strings.Join(parts, ", "), totalName, s.summary(now))
}

// bar draws a share as a bar and a percentage, or nothing if it is unknown.
func bar(share float64, known bool) string {
	if !known {
		return strings.Repeat("·", barWidth) + "     "
	}
	full := int(share * barWidth)
	return strings.Repeat("█", full) + strings.Repeat("░", barWidth-full) + fmt.Sprintf("%4d%%", int(share*100))
}

// count writes a number with thousands separators.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// rough rounds a time to what an estimate is worth.
func rough(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(5, int(d.Round(5*time.Second).Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	default:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
}

// clip cuts a line to width characters.
func clip(line string, width int) string {
	line = strings.TrimRight(line, " ")
	if runes := []rune(line); len(runes) > max(width, 1) {
		return string(runes[:max(width, 1)])
	}
	return line
}
