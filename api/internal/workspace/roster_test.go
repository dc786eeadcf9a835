package workspace_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// who lists which of some people a set matches; nobody owns the last deal.
func who(m normalise.Members) []string {
	var names []string
	for _, name := range []string{"독고온유", "제갈하람", "제갈하람C", "표아람", "설여울", "연한별", "모르는이"} {
		if m.MatchAny([]string{name}) {
			names = append(names, name)
		}
	}
	if m.MatchAny(nil) {
		names = append(names, "(nobody)")
	}
	return names
}

func TestMembers(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	everyone := []string{"독고온유", "제갈하람", "제갈하람C", "표아람", "설여울", "연한별", "모르는이", "(nobody)"}
	edu1 := []string{"독고온유", "제갈하람", "제갈하람C"}
	both := []string{"독고온유", "제갈하람", "제갈하람C", "표아람", "설여울"}
	tests := []struct {
		parameter string
		lookup    func(string) (normalise.Members, bool)
		key       string
		want      []string // nil: unknown
	}{
		{"team", w.TeamMembers, "edu1", edu1},
		{"team", w.TeamMembers, "edu_all", both},
		{"team", w.TeamMembers, "public", []string{"연한별"}},
		{"team", w.TeamMembers, "all", nil},
		{"team", w.TeamMembers, "", nil},
		{"report team", w.ReportTeamMembers, "edu1", edu1},
		{"report team", w.ReportTeamMembers, "all", nil},
		{"report team", w.ReportTeamMembers, "edu_all", nil},
		{"amount scope", w.AmountScope, "edu1_p1", edu1},
		{"amount scope", w.AmountScope, "edu1_p2", []string{}},
		{"amount scope", w.AmountScope, "edu2_online", []string{"설여울"}},
		{"amount scope", w.AmountScope, "public_all", []string{"연한별"}},
		{"amount scope", w.AmountScope, "all", nil},
		{"close rate scope", w.CloseRateScope, "all", everyone},
		{"close rate scope", w.CloseRateScope, "corp_group", both},
		{"close rate scope", w.CloseRateScope, "edu2_p2", []string{"표아람"}},
		{"close rate scope", w.CloseRateScope, "public_all", nil},
	}
	for _, tt := range tests {
		got, ok := tt.lookup(tt.key)
		if ok != (tt.want != nil) {
			t.Errorf("%s %q: known %t, want %t", tt.parameter, tt.key, ok, tt.want != nil)
			continue
		}
		if names := who(got); !slices.Equal(names, tt.want) {
			t.Errorf("%s %q matches %v, want %v", tt.parameter, tt.key, names, tt.want)
		}
	}
}

func TestQCTeams(t *testing.T) {
	t.Parallel()
	golden, plain := goldenWorkspace(t), parse(t, minimal(t))
	tests := []struct {
		w    *workspace.Workspace
		key  string
		want []string // nil: unknown
	}{
		{golden, "all", []string{"edu1", "edu2", "public"}},
		{golden, "edu2", []string{"edu2"}},
		{golden, "edu_all", nil},
		{golden, "", nil},
		{plain, "all", []string{"sales"}},
		{plain, "sales", []string{"sales"}},
		{plain, "edu1", nil},
	}
	for _, tt := range tests {
		if got, ok := tt.w.QCTeams(tt.key); !slices.Equal(got, tt.want) || ok != (tt.want != nil) {
			t.Errorf("QCTeams(%q) = %q, %t; want %q", tt.key, got, ok, tt.want)
		}
	}
	if got := plain.TeamLabel("all"); got != "전체" {
		t.Errorf("every team is called %q", got)
	}
}

func TestTeamOf(t *testing.T) {
	t.Parallel()
	w := goldenWorkspace(t)
	for owner, want := range map[string]string{"독고온유": "edu1", "표아람": "edu2", "연한별": "public", "모르는이": "", "": ""} {
		if got, ok := w.TeamOf(owner); got != want || ok != (want != "") {
			t.Errorf("TeamOf(%q) = %q, %t; want %q", owner, got, ok, want)
		}
	}
	for key, want := range map[string]string{"edu1": "기업성장 1팀", "all": "전체", "edu_all": "edu_all"} {
		if got := w.TeamLabel(key); got != want {
			t.Errorf("TeamLabel(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestPlacement(t *testing.T) {
	t.Parallel()
	raw := replaced(t, minimal(t), `- key: sales
  name: 영업팀
  parts:
  - name: 전체
    members: [가나다, 라마바]
`, `- key: edu1
  name: 교육 1팀
  parts:
  - {name: 1파트, members: [가나다, 두자리, 사아자A]}
  - {name: 2파트, members: [두자리, 사아자B]}
- key: edu2
  name: 교육 2팀
  parts:
  - {name: 전체, members: [차카타]}
`)
	w := parse(t, raw)
	tests := []struct {
		owners      []string
		text, short string
		dri         bool
	}{
		{nil, "-", "-", false},
		{[]string{"가나다"}, "교육 1팀 1파트", "1팀 1파트", true},
		{[]string{"가나다", " 가나다C "}, "교육 1팀 1파트", "1팀 1파트", true},
		{[]string{"가나다", "차카타"}, "교육 1팀 1파트 외 1개", "1팀 1파트 외 1개", false},
		{[]string{"가나다", "차카타", "차카타B"}, "교육 2팀 전체 외 1개", "2팀 전체 외 1개", false},
		{[]string{"가나다", "모르는이"}, "미확인(모르는이)", "미확인(모르는이)", false},
		{[]string{"두자리"}, "미확인(두자리)", "미확인(두자리)", false},
		{[]string{"사아자A"}, "교육 1팀 1파트", "1팀 1파트", true},
		{[]string{"사아자B"}, "교육 1팀 2파트", "1팀 2파트", true},
		{[]string{"사아자"}, "미확인(사아자)", "미확인(사아자)", false},
	}
	for _, tt := range tests {
		p := w.Placement(tt.owners)
		if p.DRI != tt.dri || p.Text(false) != tt.text || p.Text(true) != tt.short {
			t.Errorf("Placement(%q) = %q, %q, DRI %t; want %q, %q, %t",
				tt.owners, p.Text(false), p.Text(true), p.DRI, tt.text, tt.short, tt.dri)
		}
	}
	var warned []string
	for _, p := range w.Warnings() {
		warned = append(warned, p.Path)
	}
	want := []string{"teams[0].parts[1].members[0]", "teams[0].parts[1].members[1]"}
	if diff := cmp.Diff(want, warned); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestEmptyPart(t *testing.T) {
	t.Parallel()
	raw := replaced(t, minimal(t), "members: [가나다, 라마바]", "members: []") +
		"\nscopes: {monthly_amounts: {nobody: {team: sales, part: 전체}}}\n"
	w := parse(t, raw)
	m, ok := w.AmountScope("nobody")
	if names := who(m); !ok || len(names) > 0 {
		t.Errorf("an empty part matches %v", names)
	}
	if len(w.Warnings()) != 1 {
		t.Errorf("warnings: %v", w.Warnings())
	}
}
