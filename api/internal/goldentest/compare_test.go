package goldentest_test

import (
	"encoding/json"
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/goldentest"
	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	byRank := func(path string, element any) (string, bool) {
		object, ok := element.(map[string]any)
		if path != "$.items" || !ok {
			return "", false
		}
		rank, ok := object["rank"].(json.Number)
		return rank.String(), ok
	}
	for _, tc := range []struct {
		name      string
		want, got string
		equal     bool
	}{
		{"same", `{"a":[1,"x",null,true]}`, `{"a":[1,"x",null,true]}`, true},
		{"key order", `{"a":1,"b":2}`, `{"b":2,"a":1}`, true},
		{"1 and 1.0", `[1]`, `[1.0]`, true},
		{"close numbers", `[1000000]`, `[1000000.9]`, true},
		{"far numbers", `[1000000]`, `[1000002]`, false},
		{"zero", `[0]`, `[0.0000001]`, false},
		{"number and text", `[1]`, `["1"]`, false},
		{"list order", `[1,2]`, `[2,1]`, false},
		{"list length", `[1]`, `[1,2]`, false},
		{"missing key", `{"a":null}`, `{}`, false},
		{"extra key", `{}`, `{"a":null}`, false},
		{"text", `["a"]`, `["a "]`, false},
		{"null and false", `[null]`, `[false]`, false},
		{"version placeholder", `["<db_version>"]`, `["db_mtime:7"]`, true},
		{"placeholder wants something", `["<db_version>"]`, `[null]`, false},
		{"free text", `["<free_text>"]`, `["x"]`, true},
		{"no free text", `["<free_text>"]`, `[""]`, false},
		{"any text", `["<any_text>"]`, `[""]`, true},
		{"not any text", `["<any_text>"]`, `[3]`, false},
		{"tied rows", `{"items":[{"rank":1,"n":1},{"rank":1,"n":2}]}`, `{"items":[{"rank":1,"n":2},{"rank":1,"n":1}]}`, true},
		{"rows not tied", `{"items":[{"rank":1,"n":1},{"rank":2,"n":2}]}`, `{"items":[{"rank":2,"n":2},{"rank":1,"n":1}]}`, false},
		{"not JSON", `[1]`, `oops`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			want := golden.Response{Status: 200, ContentType: "application/json", Body: json.RawMessage(tc.want)}
			got := goldentest.Answer{Status: 200, ContentType: "application/json; charset=UTF-8", Body: []byte(tc.got)}
			if diff := goldentest.Compare(want, got, byRank); (len(diff) == 0) != tc.equal {
				t.Errorf("differences %q, want equal %v", diff, tc.equal)
			}
		})
	}
}

func TestCompare_Envelope(t *testing.T) {
	t.Parallel()
	ok := golden.Response{Status: 200, ContentType: "application/json", Body: json.RawMessage(`{}`)}
	text := golden.Response{Status: 200, ContentType: "text/plain; charset=utf-8", Text: "데이터가 없습니다."}
	for _, tc := range []struct {
		name  string
		want  golden.Response
		got   goldentest.Answer
		equal bool
	}{
		{"status", ok, goldentest.Answer{Status: 404, ContentType: "application/json", Body: []byte(`{}`)}, false},
		{"media type", ok, goldentest.Answer{Status: 200, ContentType: "text/plain", Body: []byte(`{}`)}, false},
		{
			"errors by status only",
			golden.Response{Status: 422, Body: json.RawMessage(`{"detail":[]}`)},
			goldentest.Answer{Status: 422, ContentType: "application/problem+json", Body: []byte(`{"detail":"limit"}`)},
			true,
		},
		{"text", text, goldentest.Answer{Status: 200, ContentType: "text/plain; charset=UTF-8", Body: []byte("데이터가 없습니다.")}, true},
		{"other text", text, goldentest.Answer{Status: 200, ContentType: "text/plain", Body: []byte("데이터")}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := goldentest.Compare(tc.want, tc.got, nil); (len(diff) == 0) != tc.equal {
				t.Errorf("differences %q, want equal %v", diff, tc.equal)
			}
		})
	}
}
