package normalise_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func TestOwners(t *testing.T) {
	tests := []struct {
		raw       string
		want, row []string
	}{
		{``, nil, nil},
		{`  `, nil, nil},
		{`독고온유`, []string{"독고온유"}, []string{"독고온유"}},
		{` 독고온유, 표로운 `, []string{"독고온유, 표로운"}, []string{"독고온유, 표로운"}},
		{`"독고온유"`, []string{"독고온유"}, []string{"독고온유"}},
		{`{"id":"u1","name":" 독고온유 "}`, []string{"독고온유"}, []string{" 독고온유 "}},
		{`{"id":"u1","name":""}`, []string{"u1"}, []string{"u1"}},
		{`{"id":"u1","name":null}`, []string{"u1"}, []string{"u1"}},
		{`{"id":7}`, []string{"7"}, []string{"7"}},
		{`{"name":true}`, []string{"True"}, []string{"True"}},
		{`{"name":" "}`, nil, []string{" "}},
		{`{}`, nil, nil},
		{`{"id":null,"name":""}`, nil, nil},
		{`[]`, nil, nil},
		{`["표로운"," ","표로운 ",{"name":"위아람"},null,3,["반이든"],{}]`, []string{"표로운", "위아람"}, []string{"표로운", "표로운", "위아람"}},
		{`20250101`, nil, nil},
		{`null`, nil, nil},
		{`true`, nil, nil},
		{`{"name":["표로운"],"id":"u1"}`, nil, nil}, // an id or name that names nobody
	}
	for _, tt := range tests {
		v := normalise.JSON(text(tt.raw))
		if diff := cmp.Diff(tt.want, normalise.Owners(v)); diff != "" {
			t.Errorf("Owners(%s) (-want +got):\n%s", tt.raw, diff)
		}
		if diff := cmp.Diff(tt.row, normalise.RowOwners(v)); diff != "" {
			t.Errorf("RowOwners(%s) (-want +got):\n%s", tt.raw, diff)
		}
	}
}

// Long lists are deduplicated by another way than short ones.
func TestOwners_Many(t *testing.T) {
	var list, want []string
	for i := range 1000 {
		name := fmt.Sprintf("담당 %d", i%400)
		list = append(list, name)
		if i < 400 {
			want = append(want, name)
		}
	}
	raw, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	got := normalise.Owners(normalise.JSON(text(string(raw))))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, normalise.OwnerLabels(list)); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}

func TestOwnersElse(t *testing.T) {
	deal, person := text(`{"name":"표로운"}`), text(`"위아람"`)
	if got := normalise.OwnersElse(deal, person); got[0] != "표로운" {
		t.Errorf("with a deal's owner: %q", got)
	}
	if got := normalise.OwnersElse(text("[]"), person); got[0] != "위아람" {
		t.Errorf("without: %q", got)
	}
	if got := normalise.OwnersElse(null, null); got != nil {
		t.Errorf("without any: %q", got)
	}
}

func TestOwnerKey(t *testing.T) {
	tests := []struct{ name, want string }{
		{"홍길동A", "홍길동"},
		{"홍길동 B", "홍길동"},
		{"홍길동AB", "홍길동A"},
		{" 홍길동z\u3000", "홍길동"},
		{"John", "Joh"},
		{"A", ""},
		{" ", ""},
		{"", ""},
		{"홍길동Ａ", "홍길동Ａ"},
		{"홍길동1", "홍길동1"},
		{"홍길동é", "홍길동é"},
	}
	for _, tt := range tests {
		if got := normalise.OwnerKey(tt.name); got != tt.want {
			t.Errorf("OwnerKey(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestOwnerKeysAndLabels(t *testing.T) {
	names := []string{"홍길동A", "홍길동", "A", "B ", "A"}
	if diff := cmp.Diff([]string{"홍길동", "홍길동", "", "", ""}, normalise.OwnerKeys(names)); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"홍길동", "A", "B"}, normalise.OwnerLabels(names)); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}

// Once a name has no Latin letter at its end, its key is itself.
func TestOwnerKey_OfAKeyWithoutLatinEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[ 가-힣]{0,5}[A-Za-z]?[ \x{00a0}]?`).Draw(t, "name")
		key := normalise.OwnerKey(name)
		if again := normalise.OwnerKey(key); again != key {
			t.Fatalf("OwnerKey(%q) = %q, and of that %q", name, key, again)
		}
	})
}

func TestMembers(t *testing.T) {
	part := normalise.NewMembers("제갈하람B", "표로운", "", "A")
	tests := []struct {
		members normalise.Members
		owners  []string
		want    bool
	}{
		{part, []string{"제갈하람"}, true},
		{part, []string{"제갈하람C"}, true},
		{part, []string{"반이든", "표로운"}, true},
		{part, []string{"반이든"}, false},
		{part, []string{"B", ""}, false}, // an empty key is nobody's
		{part, nil, false},
		{normalise.NewMembers(), []string{"표로운"}, false},
		{normalise.NewMembers(), nil, false},
		{normalise.Members{}, []string{"표로운"}, false},
		{normalise.Everyone(), []string{"반이든"}, true},
		{normalise.Everyone(), nil, true},
	}
	for i, tt := range tests {
		if got := tt.members.MatchAny(tt.owners); got != tt.want {
			t.Errorf("%d: MatchAny(%q) = %t, want %t", i, tt.owners, got, tt.want)
		}
	}
	if part.Len() != 2 || normalise.Everyone().Len() != 0 {
		t.Errorf("Len counts %d keys", part.Len())
	}
	if !part.HasKey("표로운") || part.HasKey("제갈하람B") || part.HasKey("") || !normalise.Everyone().HasKey("x") {
		t.Error("HasKey compares keys")
	}
}

func TestDealAndSummaryOwner(t *testing.T) {
	type answer struct {
		Name string
		OK   bool
	}
	list := `[{"id":"u1","name":"표로운"},{"name":"위아람"}]`
	tests := []struct {
		raw                           string
		dealBefore, deal, before, now answer
	}{
		{`{"id":"u1","name":"표로운"}`, answer{"표로운", true}, answer{"표로운", true}, answer{"표로운", true}, answer{"표로운", true}},
		{`{"id":"u1"}`, answer{}, answer{}, answer{"u1", true}, answer{"u1", true}},
		{`{"id":"u1","name":""}`, answer{"", true}, answer{"", true}, answer{"u1", true}, answer{"u1", true}},
		{list, answer{}, answer{"표로운, 위아람", true}, answer{}, answer{"표로운, 위아람", true}},
		{`[]`, answer{}, answer{}, answer{}, answer{}},
		{` 표로운 `, answer{}, answer{}, answer{" 표로운 ", true}, answer{" 표로운 ", true}},
		{`7`, answer{}, answer{}, answer{}, answer{}},
		{``, answer{}, answer{}, answer{}, answer{}},
	}
	for _, tt := range tests {
		v := normalise.JSON(text(tt.raw))
		ask := func(name string, ok bool) answer { return answer{name, ok} }
		for _, c := range []struct {
			what      string
			got, want answer
		}{
			{"deal, as before", ask(beforeText.DealOwner(v)), tt.dealBefore},
			{"deal, corrected", ask(correctedKST.DealOwner(v)), tt.deal},
			{"summary, as before", ask(beforeText.SummaryOwner(v)), tt.before},
			{"summary, corrected", ask(correctedKST.SummaryOwner(v)), tt.now},
		} {
			if c.got != c.want {
				t.Errorf("%s %s: got %v, want %v", tt.raw, c.what, c.got, c.want)
			}
		}
	}
}
