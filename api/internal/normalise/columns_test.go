package normalise_test

import (
	"slices"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestPick(t *testing.T) {
	tests := []struct {
		column            normalise.Column
		has               []string
		before, corrected string
	}{
		{normalise.CreatedColumn, []string{"id", "created_at", "생성 날짜"}, "생성 날짜", "생성 날짜"},
		{normalise.CreatedColumn, []string{"id", "created_at_utc"}, "created_at_utc", "created_at_utc"},
		{normalise.CreatedColumn, []string{"id"}, "", ""},
		{normalise.CourseIDColumn, []string{"courseId", "코스ID"}, "코스ID", "코스ID"},
		{normalise.CategoryColumn, []string{"과정 카테고리", "카테고리"}, "카테고리", "카테고리"},
		{normalise.OnlineFirstRoundColumn, []string{"(온라인)최초 입과 여부"}, "", "(온라인)최초 입과 여부"},
		{normalise.OnlineFirstRoundColumn, []string{"(온라인)최초 입과 여부", "온라인 입과 첫 회차"}, "온라인 입과 첫 회차", "온라인 입과 첫 회차"},
		{normalise.InstructorFeeColumn, []string{"강사료1"}, "", "강사료1"},
	}
	for _, tt := range tests {
		for rules, want := range map[normalise.Rules]string{beforeText: tt.before, correctedKST: tt.corrected} {
			if got, ok := rules.Pick(tt.column, tt.has); got != want || ok != (want != "") {
				t.Errorf("%v: Pick(%d, %q) = %q, %t; want %q", rules.Numbers, tt.column, tt.has, got, ok, want)
			}
		}
	}
}

// Every logical field has names, none twice, and corrected rules only add some
// at the end.
func TestCandidates(t *testing.T) {
	for c := normalise.CreatedColumn; c <= normalise.DealNameColumn; c++ {
		before, corrected := beforeText.Candidates(c), correctedKST.Candidates(c)
		if len(before) == 0 || !slices.Equal(before, corrected[:len(before)]) {
			t.Errorf("field %d: %q, corrected %q", c, before, corrected)
		}
		if sorted := slices.Sorted(slices.Values(corrected)); len(slices.Compact(sorted)) != len(corrected) {
			t.Errorf("field %d repeats a name: %q", c, corrected)
		}
	}
	if got := correctedKST.Candidates(normalise.DealNameColumn + 1); got != nil {
		t.Errorf("no such field: %q", got)
	}
}
