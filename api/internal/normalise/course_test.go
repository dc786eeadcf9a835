package normalise_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestCourseFormat(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"구독제 (온라인)", "구독제(온라인)"},
		{"선택구매 \u00a0\t(온라인)", "선택구매(온라인)"},
		{" 출강 ", "출강"},
		{"복합( 출강 + 온라인 ) (재)", "복합( 출강 + 온라인 )(재)"},
		{"복합 （온라인）", "복합 （온라인）"},
		{" (온라인)", "(온라인)"},
		{"", ""},
		{"(", "("},
		{"a ((", "a(("},
	}
	for _, tt := range tests {
		if got := normalise.CourseFormat(text(tt.raw)); got != tt.want {
			t.Errorf("CourseFormat(%q) = %q, want %q", tt.raw, got, tt.want)
		}
	}
	if got := normalise.CourseFormat(null); got != "" {
		t.Errorf("NULL is %q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		once := normalise.CourseFormat(text(rapid.StringMatching(`[ \x{3000}a가()]{0,8}`).Draw(t, "text")))
		if twice := normalise.CourseFormat(text(once)); twice != once {
			t.Fatalf("%q becomes %q", once, twice)
		}
	})
}

func TestOnline(t *testing.T) {
	online := normalise.NewFormatSet("구독제(온라인)", "선택구매(온라인)", "포팅")
	tests := []struct {
		raw                                  string
		exact, trimmed, formatted, corrected bool
	}{
		{"포팅", true, true, true, true},
		{" 포팅", false, true, true, true},
		{"구독제 (온라인)", false, false, true, true},
		{"출강", false, false, false, false},
		{"", false, false, false, false},
	}
	for _, tt := range tests {
		for how, want := range map[normalise.Preparation]bool{
			normalise.Exact: tt.exact, normalise.Trimmed: tt.trimmed, normalise.Formatted: tt.formatted,
		} {
			if got := beforeText.Online(online, text(tt.raw), how); got != want {
				t.Errorf("as before: Online(%q, %d) = %t", tt.raw, how, got)
			}
			if got := correctedKST.Online(online, text(tt.raw), how); got != tt.corrected {
				t.Errorf("corrected: Online(%q, %d) = %t", tt.raw, how, got)
			}
		}
	}
	if correctedKST.Online(normalise.NewFormatSet("", "포팅"), null, normalise.Exact) {
		t.Error("NULL is online")
	}
	spaced := normalise.NewFormatSet("구독제 (온라인)") // as the workspace spells it
	if !correctedKST.Online(spaced, text("구독제(온라인)"), normalise.Exact) || beforeText.Online(spaced, text("구독제(온라인)"), normalise.Formatted) {
		t.Error("corrected rules prepare the workspace's labels too, the others don't")
	}
}

func TestGridRows(t *testing.T) {
	formats := normalise.NewLabels("구독제(온라인)", "출강", "기타", "미기재")
	for raw, want := range map[string]string{
		"구독제 (온라인)": "구독제(온라인)", " 출강": "출강", "해커톤": "기타", "기타": "기타", "미기재": "미기재", "": "미기재", " ": "미기재",
	} {
		if got := formats.FormatGroup(text(raw)); got != want {
			t.Errorf("FormatGroup(%q) = %q, want %q", raw, got, want)
		}
	}
	sizes := normalise.NewLabels("대기업", "중견기업", "중소기업", "공공기관", "대학교", "기타", "미기재")
	for raw, want := range map[string]string{
		" 대기업 ": "대기업", "대학교": "대학교", "기타/미입력": "기타", "대기업(계열)": "기타", "미기재": "기타", "": "미기재", "\u00a0": "미기재",
	} {
		if got := sizes.SizeRow(text(raw)); got != want {
			t.Errorf("SizeRow(%q) = %q, want %q", raw, got, want)
		}
	}
	if formats.FormatGroup(null) != "미기재" || sizes.SizeRow(null) != "미기재" {
		t.Error("NULL is something")
	}
}

func TestCloseFormats(t *testing.T) {
	formats := normalise.NewCloseFormats([]string{"구독제(온라인)", "포팅"}, []string{"출강", "비대면 실시간"}, "오프라인")
	for raw, want := range map[string]string{
		"구독제 (온라인)": "구독제(온라인)", "포팅": "포팅", " 출강": "오프라인", "비대면 실시간": "오프라인", "해커톤": "", "": "",
	} {
		if got, ok := formats.Group(text(raw)); got != want || ok != (want != "") {
			t.Errorf("Group(%q) = %q, %t; want %q", raw, got, ok, want)
		}
	}
}

func TestCategories(t *testing.T) {
	categories := normalise.NewCategories(map[string][]string{"스킬": {"Skill Match"}, "생성형AI": {"생성형AI"}})
	tests := []struct{ raw, group, closeRateBefore, closeRate string }{
		{"생성형AI", "생성형AI", "생성형AI", "생성형AI"},
		{" 생성형AI ", "생성형AI", "생성형AI", "생성형AI"},
		{"Skill Match", "스킬", "기타", "스킬"},
		{"SkillMatch", "기타", "기타", "스킬"},
		{"생성형 AI", "기타", "생성형AI", "생성형AI"},
		{"스킬", "기타", "기타", "기타"},
		{" ", "미기재", "미기재", "미기재"},
	}
	for _, tt := range tests {
		c := text(tt.raw)
		if got := categories.Group(c); got != tt.group {
			t.Errorf("Group(%q) = %q, want %q", tt.raw, got, tt.group)
		}
		if got := beforeText.CloseRateGroup(categories, c); got != tt.closeRateBefore {
			t.Errorf("as before: CloseRateGroup(%q) = %q, want %q", tt.raw, got, tt.closeRateBefore)
		}
		if got := correctedKST.CloseRateGroup(categories, c); got != tt.closeRate {
			t.Errorf("corrected: CloseRateGroup(%q) = %q, want %q", tt.raw, got, tt.closeRate)
		}
	}
	if got := categories.Group(null); got != "미기재" {
		t.Errorf("NULL is %q", got)
	}
}
