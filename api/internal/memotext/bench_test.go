package memotext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
)

func BenchmarkMarkdown(b *testing.B) {
	for name, html := range map[string]string{
		"paragraph": "<p>지난 회의에서 나눈 내용 &amp; 다음 일정</p>",
		"list":      "<p>회의</p><ul><li>예산 1,000만원</li><li>일정<ul><li>3월</li></ul></li></ul>",
		"table": "<table>" + strings.Repeat(`<tr><td rowspan="2">가</td><td>나</td></tr><tr><td>다</td></tr>`, 20) +
			"</table>",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(html)))
			for b.Loop() {
				memotext.Markdown(html, corrected())
			}
		})
	}
}

// BenchmarkMarkdown_Hostile shows that time grows with the size of the input
// and not faster: ns/op of each pair should differ by about the factor 4.
func BenchmarkMarkdown_Hostile(b *testing.B) {
	for _, n := range []int{5_000, 20_000} {
		for name, html := range hostile(n) {
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(name, " ", "_"), n), func(b *testing.B) {
				b.SetBytes(int64(len(html)))
				for b.Loop() {
					memotext.Markdown(html, corrected())
				}
			})
		}
	}
}

func BenchmarkClean(b *testing.B) {
	cleaner := memotext.NewCleaner(forms())
	form := crm.NewText(strings.Repeat("- 고객 이름 : 가상인\n- 고객 전화 : 010-0000-1234\n- 궁금하신 점 : 과정과\n가격\n", 5) + "- utm_source : x")
	plain := crm.NewText("지난 회의에서 나눈 내용과 다음 일정을 적어 둡니다. 연락처는 명함에 있습니다.")
	for name, text := range map[string]crm.Text{"form": form, "plain": plain} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cleaner.Clean(text)
			}
		})
	}
}

func BenchmarkSnippet(b *testing.B) {
	memo := memotext.Memo{Text: crm.NewText(strings.Repeat("견적 전달  연락처 010-0000-1234\n", 10))}
	o := memotext.LineOptions{MaxChars: 240, RedactPhone: true}
	b.ReportAllocs()
	for b.Loop() {
		memotext.Snippet(memo, o, corrected())
	}
}
