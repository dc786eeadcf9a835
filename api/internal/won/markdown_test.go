package won_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// exampleMarkdown is that of spec 02 §5.6.
const exampleMarkdown = `# 예시상사 - compact-info-md/v1.1
- org_id: org-1
- scope: ORG_ALL
- size: 중견기업
- industry: 도소매

## Summary (Org)
| 항목 | 2023 | 2024 | 2025 |
| --- | --- | --- | --- |
| Won 합계 | 0 | 0 | 12,000,000 |
| Won 온라인 | 0 | 0 | 12,000,000 |
| Won 오프라인 | 0 | 0 | 0 |

## Summary (Scope)
| 항목 | 2023 | 2024 | 2025 |
| --- | --- | --- | --- |
| Won 합계 | 0 | 0 | 12,000,000 |
| Won 온라인 | 0 | 0 | 12,000,000 |
| Won 오프라인 | 0 | 0 | 0 |

---
## 인재개발실 / 교육팀

### Group Won Summary
| 항목 | 2023 | 2024 | 2025 |
| --- | --- | --- | --- |
| Won 합계 | 0 | 0 | 12,000,000 |
| Won 온라인 | 0 | 0 | 12,000,000 |
| Won 오프라인 | 0 | 0 | 0 |

### People
| Name | Title | Team | Edu | Signals | Last memo |
| --- | --- | --- | --- | --- | --- |
| 박예시 | 책임 | 교육팀 | - |  | 1) 2025-01-10 - 가격 |

### Deals
| # | Deal | Status | Amount | Contract | Expected | Period | Contact | Exceptions | Memos |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| 1 | 2025 온라인 \| 상반기 (deal-abc) | Won | 12,000,000 | 2025-03-02 |  | 2025-04-01~2025-06-30 | 박예시 (책임) | owner=최담당 \| course_format=구독제(온라인) \| category=HR \| day1_teams=1팀 | (총 1개) 1) 2025-02-01 - 견적 전달 연락처 [phone] |
| 2 | 후속 (deal-abc) | SQL | 2,500,000.5 |  | 2025-12-01 |  | 박예시 (책임) | owner=최담당 |  |`

func TestMarkdown_Example(t *testing.T) {
	t.Parallel()
	for _, n := range []normalise.Numbers{normalise.AsBefore, normalise.Corrected} {
		if diff := cmp.Diff(exampleMarkdown, must{t, example().report(n)}.markdown("org-1", options())); diff != "" {
			t.Errorf("%s:\n%s", n, diff)
		}
	}
}

func TestMarkdown_Options(t *testing.T) {
	t.Parallel()
	w := example()
	w.person("per-2", "org-1", "인재개발실", "교육팀")
	w.memo("org-1", "per-1", "deal-abcdef-1", "2025-03-01", strings.Repeat("가", 60), "NULL")
	m := must{t, w.report(normalise.Corrected)}
	o := options()
	o.MaxDeals, o.MaxPeople, o.DealMemos, o.MemoChars, o.RedactPhone = 1, 1, 1, 50, false
	short := m.markdown("org-1", o)
	for _, want := range []string{
		"_truncated: 1 more people not shown_\n", "\n_truncated: 1 more deals not shown_",
		"(총 2개) 1) 2025-03-01 - " + strings.Repeat("가", 47) + "... |",
	} {
		if !strings.Contains(short, want) {
			t.Errorf("no %q in\n%s", want, short)
		}
	}
	o = options()
	o.RedactPhone = false
	if all := m.markdown("org-1", o); !strings.Contains(all, "연락처 010-1234-5678") || strings.Contains(all, "_truncated") {
		t.Error(all)
	}
	for upper, scope := range map[string]string{" 인재개발실 ": "UPPER_SELECTED", "": "ORG_ALL"} {
		o.UpperOrg = upper
		if got := m.markdown("org-1", o); !strings.Contains(got, "- scope: "+scope+"\n") {
			t.Errorf("%q: %s", upper, got)
		}
	}
	for _, upper := range []string{" ", "인재", "본사"} {
		o.UpperOrg = upper
		if got := m.markdown("org-1", o); got != "데이터가 없습니다." {
			t.Errorf("%q: %s", upper, got)
		}
	}
}

// TestMarkdown_Limit: every line counts with its break, and the text of length
// L needs L+1.
func TestMarkdown_Limit(t *testing.T) {
	t.Parallel()
	m := must{t, example().report(normalise.Corrected)}
	whole := utf8.RuneCountInString(exampleMarkdown)
	const note = "(truncated due to size limit)"
	for limit := range whole + 3 {
		o := options()
		o.MaxOutputChars = limit
		got := m.markdown("org-1", o)
		kept, truncated := strings.CutSuffix(got, note)
		if truncated != (limit < whole+1) || !strings.HasPrefix(exampleMarkdown, kept) || utf8.RuneCountInString(kept) > limit {
			t.Fatalf("limit %d: truncated %v, %d characters", limit, truncated, utf8.RuneCountInString(kept))
		}
	}
}

func TestMarkdown_Defaults(t *testing.T) {
	t.Parallel()
	w := dealsOf("", "", "")
	for i := range w.data.Deals {
		d := &w.data.Deals[i]
		d.Owner, d.CourseFormat, d.Category, d.Team = cell("최담당"), cell("출강"), cell(""), cell(`[{"name":"1팀"},{"id":"t2"}]`)
	}
	o := options()
	if got, want := (must{t, w.report(normalise.Corrected)}).markdown("o", o), "- deal_defaults: course_format=출강 | category= | owner=최담당 | day1_teams=1팀, t2\n"; !strings.Contains(got, want) {
		t.Errorf("no %s in\n%s", want, got)
	}
	for i := range w.data.Deals {
		w.data.Deals[i].Team = cell(`[{"id":""}]`)
	}
	if got := (must{t, w.report(normalise.Corrected)}).markdown("o", o); !strings.Contains(got, "day1_teams=(none)\n") {
		t.Errorf("teams without names:\n%s", got)
	}
}

func TestMarkdown_Blanks(t *testing.T) {
	t.Parallel()
	w := newWorkspace()
	o := w.org("o")
	o.Name, o.Industry, o.IndustryMid = cell(""), cell(""), cell("중분류")
	p := w.person("p", "o", "연구소|1", "NULL")
	p.Name, p.TeamSignature = cell(""), cell("가\n나")
	w.deal("d", "o", "p", "Won", "0", "2025-01-01").Name = cell("")
	w.person("q", "o", "연구소|1", "다른 팀")
	got := must{t, w.report(normalise.Corrected)}.markdown("o", options())
	for _, want := range []string{
		"# 미입력 - compact", "- size: -\n", "- industry: 중분류\n", "\n## 연구소|1 / 가\n나\n", "| - | - | 가<br>나 | - |  |  |\n",
		"| 1 |  (d) | Won | 0 | 2025-01-01 |  |  |  |  |  |", "### Deals\n거래가 없습니다.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
