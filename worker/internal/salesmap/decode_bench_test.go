package salesmap

import (
	"fmt"
	"strings"
	"testing"
)

// benchPage is a page of records with 50 fields each, mixed as in a real
// workspace: half null, Korean names, some objects, numbers and escapes.
func benchPage(rows int) string {
	var b strings.Builder
	b.WriteString(`{"success":true,"data":{"dealList":[`)
	for row := range rows {
		if row > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"e478a35f-2842-408e-b3fc-%012d","peopleId":"5782b35a-42f4-49cc-93a2-88fe62cf9f06"`, row)
		for col := range 48 {
			fmt.Fprintf(&b, `,"사용자 정의 필드 %02d":`, col)
			switch {
			case col%2 == 0:
				b.WriteString("null")
			case col%12 == 1:
				b.WriteString(`{"id":"6fc5df0b-b53a-4d36-b919-e9d51b33a018","name":"도라온"}`)
			case col%12 == 3:
				fmt.Fprintf(&b, "%d", 1000000+row*col)
			case col%12 == 5:
				b.WriteString(`"2025-10-16T23:35:46.538Z"`)
			case col%12 == 7:
				b.WriteString(`"해오름뜰전자_생성형AI 도입 \"B반\"\n둘째 줄"`)
			case col%12 == 9:
				b.WriteString("false")
			default:
				b.WriteString(`"데이터 업로드"`)
			}
		}
		b.WriteByte('}')
	}
	b.WriteString(`],"nextCursor":"c2"}}`)
	return b.String()
}

func BenchmarkDecode(b *testing.B) {
	const rows = 50
	page := benchPage(rows)
	names := newNames()
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(page, form{listKey: "dealList"}, names); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
