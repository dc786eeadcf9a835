package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
)

// Status is the class of a deal's raw status. Many endpoints compare the raw
// text with `Won` instead; their specs say so.
type Status string

// The status classes of N-STATUS.
const (
	StatusSQL     Status = "sql" // sales qualified lead
	StatusConvert Status = "convert"
	StatusWon     Status = "won"
	StatusLost    Status = "lost"
	StatusOther   Status = "other"
)

// The words of N-STATUS; the first class that is hit counts.
var statusWords = [...]struct {
	class Status
	words []string
}{
	{StatusSQL, []string{"sql"}},
	{StatusConvert, []string{"convert"}},
	{StatusWon, []string{"won", "확정"}},
	{StatusLost, []string{"lost", "lose", "패배"}},
}

// Status is N-STATUS. The replaced service looked for the words anywhere in the
// text, so that `Closed` was lost; corrected rules want a whole word.
func (r Rules) Status(t crm.Text) Status {
	has := containsFold
	if r.StatusByWholeWords() {
		has = hasWord
	}
	s := t.String()
	for _, c := range statusWords {
		for _, word := range c.words {
			if has(s, word) {
				return c.class
			}
		}
	}
	return StatusOther
}

// hasWord reports whether a run of letters and digits in s is word, which must
// be lower-case, in any case of ASCII letters.
func hasWord(s, word string) bool {
	for s != "" {
		start := strings.IndexFunc(s, wordRune)
		if start < 0 {
			return false
		}
		s = s[start:]
		end := strings.IndexFunc(s, func(c rune) bool { return !wordRune(c) })
		if end < 0 {
			end = len(s)
		}
		if equalFold(s[:end], word) {
			return true
		}
		s = s[end:]
	}
	return false
}

func wordRune(c rune) bool {
	return c != utf8.RuneError && (unicode.IsLetter(c) || unicode.IsDigit(c))
}
