package sandboxdata_test

import (
	"strings"
	"testing"
	"time"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/salesmap/sandboxdata"
)

// TestDeals_GiveEveryDashboardSomething looks at the default workspace as the
// dashboards do: by year, team, format, size, month.
func TestDeals_GiveEveryDashboardSomething(t *testing.T) {
	v := newWorkspace(t, 1, 0, 0).View()
	deals := read(t, v, sandboxdata.Deal)
	count := map[string]int{}
	for _, d := range deals {
		for _, field := range []string{"상태", "과정포맷", "카테고리"} {
			count[field+" "+text(d, field)]++
		}
		contract, expected := text(d, "계약 체결일"), text(d, "수주 예정일")
		_, priced := d["금액"].(float64)
		switch text(d, "상태") {
		case "Won":
			if priced && len(contract) == 10 {
				count["won "+contract[:4]]++
				count["won online "+contract[:4]+" "+online(text(d, "과정포맷"))]++
			}
			if contract >= today.AddDate(0, 0, -10).Format(time.DateOnly) {
				count["won lately"]++
			}
			if text(d, "코스 ID") == "" {
				count["won without course id"]++
			}
			if text(d, "수강종료일") > today.Format(time.DateOnly) && online(text(d, "과정포맷")) == "online" {
				count["online course running"]++
			}
		case "SQL":
			if len(expected) == 10 {
				count["pipeline "+expected[:7]]++
			}
		case "Lost":
			if text(d, "LOST 확정일") >= today.AddDate(0, 0, -14).Format(time.DateOnly) {
				count["lost lately"]++
			}
		}
		if owners, ok := d["담당자"].([]any); ok && len(owners) > 1 {
			count["several owners"]++
		}
		if teams, ok := d["팀"].([]any); ok && len(teams) > 0 {
			count["team "+text(teams[0].(map[string]any), "name")]++
		}
	}
	for _, o := range read(t, v, sandboxdata.Organization) {
		count["size "+text(o, "기업 규모")]++
	}
	for _, m := range read(t, v, sandboxdata.Memo) {
		if strings.Contains(text(m, "text"), "utm_source") {
			count["form memo"]++
		}
		if strings.Contains(text(m, "htmlBody"), "<table") {
			count["memo with a table"]++
		}
	}
	want := map[string]int{
		"상태 Won": 800, "상태 Lost": 300, "상태 SQL": 250, "상태 Convert": 60, "상태 In progress": 1,
		"won 2023": 80, "won 2024": 80, "won 2025": 80, "won 2026": 5, "won lately": 2, "lost lately": 1,
		"won online 2024 online": 20, "won online 2024 offline": 20, "won online 2025 online": 20, "won online 2025 offline": 20,
		"won without course id": 20, "online course running": 10, "several owners": 30,
		"team 기업성장 1팀": 200, "team 기업성장 2팀": 200, "team 공공성장팀": 100,
		"size 대기업": 50, "size 중견기업": 20, "size 중소기업": 20, "size 공공기관": 20, "size 대학교": 10, "size ": 5,
		"카테고리 생성형AI": 300, "카테고리 HR": 20, "과정포맷 출강": 300, "과정포맷 포팅": 50, "form memo": 200, "memo with a table": 20,
	}
	for month := range 11 {
		want["pipeline "+today.AddDate(0, month, 0).Format("2006-01")] = 3
	}
	for what, least := range want {
		if count[what] < least {
			t.Errorf("%s: %d, want at least %d", what, count[what], least)
		}
	}
}

func online(format string) string {
	if strings.Contains(format, "(온라인)") || format == "포팅" {
		return "online"
	}
	return "offline"
}

// TestOrganizations_FitTheConfiguration checks that names which the
// configuration knows are in the CRM, the key account as a large customer.
func TestOrganizations_FitTheConfiguration(t *testing.T) {
	v := newWorkspace(t, 1, 0, 0).View()
	orgs := read(t, v, sandboxdata.Organization)
	names := map[string]int{}
	for _, o := range orgs {
		names[text(o, "이름")]++
	}
	for _, name := range []string{"해찬솔빛전자", "표본마당화학", "미리내숲디스플레이", "참누리결바이오"} {
		if names[name] == 0 {
			t.Errorf("%s is missing", name)
		}
	}
	if names[""] == 0 || len(names) > len(orgs)-2 {
		t.Error("no name is missing or used twice, as it happens in real data")
	}
	keyAccount := text(orgs[0], "id")
	deals := 0
	for _, d := range read(t, v, sandboxdata.Deal) {
		if text(d, "organizationId") == keyAccount {
			deals++
		}
	}
	if text(orgs[0], "이름") != "해찬솔빛전자" || deals < 15 {
		t.Errorf("the first organisation is %s with %d deals", text(orgs[0], "이름"), deals)
	}
}
