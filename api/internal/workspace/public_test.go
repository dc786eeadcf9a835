package workspace_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

// What the shipped example tells screens is a golden file: it is a contract
// with the frontend.
func TestPublic(t *testing.T) {
	t.Parallel()
	const golden = "testdata/public.golden.json"
	w, err := workspace.Default()
	if err != nil {
		t.Fatal(err)
	}
	rules, _ := w.Rules("")
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(w.Public(rules, "db_mtime:1790000000")); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("public view (-want +got):\n%s", diff)
	}
}

// Lists are never null: screens iterate over them without asking.
func TestPublic_NoNullLists(t *testing.T) {
	t.Parallel()
	w := parse(t, minimal(t))
	rules, _ := w.Rules("")
	raw, err := json.Marshal(w.Public(rules, ""))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	nullable := map[string]bool{
		"baseUrl": true, "frozenNow": true, "keyAccount": true, "limitPerSize": true, "historyFrom": true, "company": true,
		"upperOrg": true, "scopeKey": true, "team": true, "scope": true, "part": true,
	}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for key, inner := range v {
				if inner == nil && !nullable[key] {
					t.Errorf("%s.%s is null", path, key)
				}
				walk(path+"."+key, inner)
			}
		case []any:
			for _, inner := range v {
				walk(path+"[]", inner)
			}
		}
	}
	walk("", all)
}

func TestPublic_Settings(t *testing.T) {
	t.Parallel()
	raw := replaced(t, minimal(t), "performance:\n", "performance:\n  key_account_org_name: 큰손\n  key_account_fixed_target_eok: 12.5\n") + `
crm: {base_url: https://crm.example/ws1/}
clock: {frozen_now: 2026-02-05}
links: {company: https://agent.example/c}
targetboard: {limit_per_size: 100, exclusions: [{tier: A, org: 큰손, counterparty: 본부}]}
monthly_targets_eok: {2601: 1.5}
scopes:
  close_rate:
    all: {no_filter: true, label: 모두}
    one: {team: sales, part: 전체}
    team: {teams: [sales]}
`
	w := parse(t, raw)
	rules, _ := w.Rules("legacy")
	p := w.Public(rules, "v")
	type subset struct {
		BaseURL, Frozen, Company, DateMode string
		KeyAccount                         workspace.PublicKeyAccount
		Limit                              int
		Exclusion                          workspace.PublicCounterpartyOfTier
		Target                             float64
		Scopes                             []workspace.PublicOption
	}
	won := 12.5e8
	want := subset{
		"https://crm.example/ws1", "2026-02-05T00:00:00+09:00", "https://agent.example/c", "text",
		workspace.PublicKeyAccount{OrgName: "큰손", Label: "큰손", FixedTargetWon: &won},
		100,
		workspace.PublicCounterpartyOfTier{Tier: "A", OrgName: "큰손", UpperOrg: "본부"},
		1.5,
		[]workspace.PublicOption{{Key: "all", Label: "모두"}, {Key: "one", Label: "영업팀 전체"}, {Key: "team", Label: "영업팀"}},
	}
	got := subset{
		*p.CRM.BaseURL, *p.FrozenNow, *p.Links.Company, string(p.DateMode), *p.KeyAccount,
		*p.Targetboard.LimitPerSize, p.Targetboard.Exclusions[0], p.MonthlyTargetsEok["2601"], p.Scopes,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("public view (-want +got):\n%s", diff)
	}
}
