package normalise_test

import (
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func sizes() normalise.Sizes {
	return normalise.Sizes{
		Labels:             []string{"대기업", "중견기업", "중소기업", "공공기관", "대학교", "기타/미입력"},
		PublicKeywords:     []string{"공단", "공사", "진흥원", "재단", "협회", "청", "시청", "도청", "구청", "교육청", "원"},
		UniversityKeywords: []string{"대학교", "대학", "UNIVERSITY"},
	}
}

func TestSizeGroup(t *testing.T) {
	tests := []struct{ name, raw, before, corrected string }{
		{"가상전자", "대기업", "대기업", "대기업"},
		{"가상전자", " 대기업(계열) ", "대기업", "대기업"},
		{"가상전자", "중견", "중견기업", "중견기업"},
		{"가상전자", "중소기업", "중소기업", "중소기업"},
		{"가상대학교", "중소기업", "중소기업", "중소기업"},
		{"가상과학기술대학원", "", "대학교", "대학교"},
		{"Example University", "", "대학교", "대학교"},
		{"가상시설공단", "", "공공기관", "공공기관"},
		{"가상교육청 ", "", "공공기관", "공공기관"},
		{"청과물유통", "", "공공기관", "기타/미입력"},
		{"강원식품", "", "공공기관", "기타/미입력"},
		{"가상상사", "공공기관", "기타/미입력", "공공기관"},
		{"가상상사", "대학교", "기타/미입력", "대학교"},
		{"가상공사", "기타/미입력", "공공기관", "공공기관"},
		{"가상상사", "", "기타/미입력", "기타/미입력"},
		{"", "", "기타/미입력", "기타/미입력"},
	}
	for _, tt := range tests {
		if got := beforeText.SizeGroup(sizes(), text(tt.name), text(tt.raw)); got != tt.before {
			t.Errorf("as before: SizeGroup(%q, %q) = %q, want %q", tt.name, tt.raw, got, tt.before)
		}
		if got := correctedKST.SizeGroup(sizes(), text(tt.name), text(tt.raw)); got != tt.corrected {
			t.Errorf("corrected: SizeGroup(%q, %q) = %q, want %q", tt.name, tt.raw, got, tt.corrected)
		}
	}
	if got := correctedKST.SizeGroup(normalise.Sizes{PublicKeywords: []string{""}}, null, null); got != "기타/미입력" {
		t.Errorf("NULL is %q", got)
	}
}

func TestMajorSize(t *testing.T) {
	for raw, want := range map[string]bool{"대기업(계열)": true, " 중견 ": true, "중소": true, "공공기관": false, "": false} {
		if got := normalise.MajorSize(text(raw)); got != want {
			t.Errorf("MajorSize(%q) = %t", raw, got)
		}
	}
}
