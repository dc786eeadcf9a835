package normalise_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

func encode(tb testing.TB, v normalise.Value) string {
	tb.Helper()
	raw, err := v.MarshalJSON()
	if err != nil {
		tb.Fatal(err)
	}
	return string(raw)
}

func TestJSON(t *testing.T) {
	tests := []struct{ in, want string }{
		{`{"b":1,"a":[true,false,null],"c":{"z":"y"}}`, `{"b":1,"a":[true,false,null],"c":{"z":"y"}}`},
		{" \t\r\n[ 1 , 2 ]\n", `[1,2]`},
		{`{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{`123`, `123`},
		{`-0.5e+3`, `-0.5e+3`},
		{`true`, `true`},
		{`null`, `null`},
		{`"x"`, `"x"`},
		{`"\u0041\n\"\\\/\b\f\r\t"`, `"A\n\"\\/\u0008\u000c\r\t"`},
		{`"\ud83d\ude00"`, `"😀"`},
		{`"\ud83dx\ude00"`, `"�x�"`},
		{`"\ud83d\u0041"`, `"�A"`},
		{`[]`, `[]`},
		{`{}`, `{}`},
		{`"<b>&"`, `"<b>&"`},
		// What is not JSON is itself, untrimmed.
		{`  `, `"  "`},
		{` 이팀 `, `" 이팀 "`},
		{"\ufeff{}", "\"\ufeff{}\""},
		{`NaN`, `"NaN"`},
		{`[Infinity]`, `"[Infinity]"`},
		{`1e999`, `"1e999"`},
		{`01`, `"01"`},
		{`1.`, `"1."`},
		{`.5`, `".5"`},
		{`+1`, `"+1"`},
		{`1e`, `"1e"`},
		{`-`, `"-"`},
		{`[1,]`, `"[1,]"`},
		{`[1 2]`, `"[1 2]"`},
		{`{"a":1,}`, `"{\"a\":1,}"`},
		{`{"a" 1}`, `"{\"a\" 1}"`},
		{`{a:1}`, `"{a:1}"`},
		{`{} {}`, `"{} {}"`},
		{`"x`, `"\"x"`},
		{`"\x"`, `"\"\\x\""`},
		{`"\u12`, `"\"\\u12"`},
		{`"\u12g4"`, `"\"\\u12g4\""`},
		{"\"a\nb\"", `"\"a\nb\""`},
		{`truth`, `"truth"`},
		{`'x'`, `"'x'"`},
		{"\"\xff\"", `"�"`},
	}
	for _, tt := range tests {
		if got := encode(t, normalise.ParseJSON(tt.in)); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.in, got, tt.want)
		}
	}
	if v := normalise.JSON(null); v.Kind != normalise.Null {
		t.Errorf("NULL is %v", v)
	}
	if v := normalise.JSON(text("")); v.Kind != normalise.Null {
		t.Errorf(`"" is %v`, v)
	}
}

func TestJSON_DeepNestingIsText(t *testing.T) {
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	if v := normalise.ParseJSON(deep); v.Kind != normalise.String || v.Text != deep {
		t.Errorf("kind %d", v.Kind)
	}
	fine := strings.Repeat(`{"a":[`, 200) + strings.Repeat("]}", 200)
	if got := encode(t, normalise.ParseJSON(fine)); got != fine {
		t.Error("400 levels are not read")
	}
}

func TestJSON_ManyKeys(t *testing.T) {
	var in, want strings.Builder
	in.WriteString("{")
	want.WriteString("{")
	for i := range 3 * 26 * 26 {
		key := string([]byte{byte('a' + i/26%26), byte('a' + i%26)})
		in.WriteString(`"` + key + `":` + string(rune('0'+i/676)) + ",")
		if i < 26*26 {
			want.WriteString(`"` + key + `":2,`)
		}
	}
	got := encode(t, normalise.ParseJSON(strings.TrimSuffix(in.String(), ",")+"}"))
	if got != strings.TrimSuffix(want.String(), ",")+"}" {
		t.Error("of repeated keys not the last value in the first place")
	}
}

// ParseJSON accepts what encoding/json accepts and reads the same.
func TestJSON_AgreesWithEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := jsonLike(3).Draw(t, "json")
		v := normalise.ParseJSON(raw)
		encoded, err := v.MarshalJSON()
		if err != nil || !json.Valid(encoded) {
			t.Fatalf("%q encodes as %q, %v", raw, encoded, err)
		}
		var want any = raw
		if raw == "" {
			want = nil
		} else if err := json.Unmarshal([]byte(raw), &want); err != nil { // also numbers beyond float64
			want = raw
		}
		var got any
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Fatal(err)
		}
		if s, ok := want.(string); ok { // bytes that are no UTF-8 can't be written
			want = strings.ToValidUTF8(s, "\uFFFD")
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got %#v, want %#v", raw, got, want)
		}
		if again := normalise.ParseJSON(string(encoded)); cmp.Diff(v, again) != "" {
			t.Fatalf("%q: not the same after writing and reading", raw)
		}
	})
}

func TestValue_FalsyAndPlain(t *testing.T) {
	tests := []struct {
		json  string
		falsy bool
		plain string
	}{
		{`null`, true, ""},
		{`""`, true, ""},
		{`" "`, false, " "},
		{`0`, true, "0"},
		{`-0.0`, true, "-0.0"},
		{`-0`, true, "0"},
		{`7`, false, "7"},
		{`12345678901234567890123`, false, "12345678901234567890123"},
		{`1.50`, false, "1.5"},
		{`1e3`, false, "1000.0"},
		{`1e16`, false, "1e+16"},
		{`0.00001`, false, "1e-05"},
		{`false`, true, "False"},
		{`true`, false, "True"},
		{`[]`, true, ""},
		{`[0]`, false, ""},
		{`{}`, true, ""},
		{`{"a":null}`, false, ""},
	}
	for _, tt := range tests {
		v := normalise.ParseJSON(tt.json)
		if v.Falsy() != tt.falsy || v.Plain() != tt.plain {
			t.Errorf("%s: falsy %t, plain %q; want %t, %q", tt.json, v.Falsy(), v.Plain(), tt.falsy, tt.plain)
		}
	}
	if got := normalise.ParseJSON(`{"a":1}`).Get("b"); got.Kind != normalise.Null {
		t.Errorf("a key that is not there is %v", got)
	}
}

// jsonLike draws JSON texts, some of them broken.
func jsonLike(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		kind := rapid.IntRange(0, 9).Draw(t, "kind")
		if depth == 0 && kind > 5 {
			kind -= 5
		}
		space := rapid.SampledFrom([]string{"", "", "", " ", "\n\t"})
		switch kind {
		case 0:
			return rapid.SampledFrom([]string{"null", "true", "false", "nul", "NaN", ""}).Draw(t, "word")
		case 1:
			return rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "number")
		case 2:
			return rapid.StringMatching(`"([a-c가-나 ]|\\[nt"/\\]|\\u[0-9a-fA-F]{4}){0,6}"`).Draw(t, "text")
		case 3:
			raw, err := json.Marshal(rapid.String().Draw(t, "any text"))
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		case 4:
			return rapid.String().Draw(t, "junk")
		case 5:
			return rapid.StringMatching(`[\[\]{},:"0-9a\\ ]{0,12}`).Draw(t, "broken")
		case 6, 7:
			items := rapid.SliceOfN(jsonLike(depth-1), 0, 4).Draw(t, "items")
			return space.Draw(t, "space") + "[" + strings.Join(items, space.Draw(t, "space")+",") + "]" + space.Draw(t, "space")
		default:
			values := rapid.SliceOfN(jsonLike(depth-1), 0, 4).Draw(t, "values")
			for i := range values {
				key := rapid.SampledFrom([]string{`"name"`, `"id"`, `"가"`, `"na\u006de"`}).Draw(t, "key")
				values[i] = key + space.Draw(t, "space") + ":" + values[i]
			}
			return "{" + strings.Join(values, ",") + "}"
		}
	})
}
