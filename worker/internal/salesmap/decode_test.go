package salesmap

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// fieldsOf decodes one record and returns its fields.
func fieldsOf(tb testing.TB, object string) []record.Field {
	tb.Helper()
	l, err := decode(`{"success":true,"data":{"dealList":[`+object+`]}}`, form{listKey: "dealList"}, newNames())
	if err != nil {
		tb.Fatalf("decode %s: %v", object, err)
	}
	if len(l.records) != 1 {
		tb.Fatalf("decode %s: %d records", object, len(l.records))
	}
	return l.records[0].Fields
}

func TestDecode_StoredText(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"text", `"가나다"`, "가나다"},
		{"empty text", `""`, ""},
		{"text keeps outer spaces", `"  a "`, "  a "},
		{"escapes", `"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{"unicode escapes", `"\uac00\u0041\u00e9"`, "가Aé"},
		{"NUL", `"a\u0000b"`, "a\x00b"},
		{"surrogate pair", `"\ud83d\ude00!"`, "😀!"},
		{"lone high surrogate", `"\ud83dx"`, "\uFFFDx"},
		{"lone low surrogate", `"\ude00"`, "\uFFFD"},
		{"high surrogate twice", `"\ud83d\ud83d\ude00"`, "\uFFFD😀"},
		{"invalid UTF-8", "\"a\xff\xfeb\"", "a\uFFFD\uFFFDb"},
		{"cut UTF-8", "\"\xea\xb0\"", "\uFFFD\uFFFD"},
		{"true", `true`, "1"},
		{"false", `false`, "0"},

		{"whole number", `24000`, "24000"},
		{"zero", `0`, "0"},
		{"negative", `-7`, "-7"},
		{"minus zero", `-0`, "0"},
		{"minus zero point", `-0.00`, "0"},
		{"whole number with fraction", `24000.0`, "24000"},
		{"fraction", `0.5`, "0.5"},
		{"fraction with zeros", `1500000.50`, "1500000.5"},
		{"small fraction", `0.000001`, "0.000001"},
		{"big integer", `123456789012345678901234567890`, "123456789012345678901234567890"},
		{"big integer with fraction", `123456789012345678901234567890.0`, "123456789012345678901234567890"},
		{"exponent", `1e3`, "1000"},
		{"exponent with fraction", `1.5E+3`, "1500"},
		{"exponent that leaves a fraction", `1.2345e2`, "123.45"},
		{"negative exponent", `25e-1`, "2.5"},
		{"small exponent", `1e-7`, "0.0000001"},
		{"large float", `1e+21`, "1000000000000000000000"},
		{"zero with exponent", `0e10`, "0"},
		{"leading fraction zeros", `-0.00120e1`, "-0.012"},
		{"huge exponent stays one", `12e4000`, "1.2e4001"},
		{"tiny exponent stays one", `-5e-4000`, "-5e-4000"},
		{"exponent beyond counting", `1e99999999999999999999`, "1e99999999999999999999"},

		{"object", `{"id":"x","name":"가"}`, `{"id":"x","name":"가"}`},
		{"empty object", `{}`, `{}`},
		{"empty array", `[]`, `[]`},
		{"array of texts", `["확정","높음"]`, `["확정","높음"]`},
		{"key order as received", `{"b":1,"a":2}`, `{"b":1,"a":2}`},
		{"white space goes", "{ \"a\" : [ 1 ,\n\t2 ] , \"b\" : \" x \" }", `{"a":[1,2],"b":" x "}`},
		{"empty with white space", "[ { } , [ ] ]", `[{},[]]`},
		{"nested escapes are read", `["\uac00\u003c\/\u0022\u005c\u000a\u0001\ud83d\ude00\ud800"]`, `["가</\"\\\n\u0001😀` + "\uFFFD" + `"]`},
		{"needed escapes stay", `["\"\\\b\f\n\r\t"]`, `["\"\\\b\f\n\r\t"]`},
		{"escaped key", `{"\uac00":1}`, `{"가":1}`},
		{"HTML stays", `["<a href='x'>&</a>"]`, `["<a href='x'>&</a>"]`},
		{"nested numbers as received", `[1.0,1e3]`, `[1.0,1e3]`},
		{"literals", `[true,false,null]`, `[true,false,null]`},
		{"invalid UTF-8 inside", "[\"\xff\"]", "[\"\uFFFD\"]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := fieldsOf(t, `{"k":`+tt.value+`}`)
			want := []record.Field{{Name: "k", Text: tt.want}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("stored text of %s (-want +got):\n%s", tt.value, diff)
			}
		})
	}
}

func TestDecode_Records(t *testing.T) {
	for _, tt := range []struct {
		name, object string
		want         []record.Field
	}{
		{"empty record", `{}`, nil},
		{"null", `{"a":null}`, []record.Field{{Name: "a", Null: true}}},
		{
			"order as received", `{"b":"1","a":"2"}`,
			[]record.Field{{Name: "b", Text: "1"}, {Name: "a", Text: "2"}},
		},
		{
			"repeated name keeps its place and the last value", `{"a":"1","b":"2","a":null}`,
			[]record.Field{{Name: "a", Null: true}, {Name: "b", Text: "2"}},
		},
		{
			"one name in two spellings", `{"가":"1","\uac00":"2"}`,
			[]record.Field{{Name: "가", Text: "2"}},
		},
		{
			"names that differ in case only", `{"Net":"1","net":"2"}`,
			[]record.Field{{Name: "Net", Text: "1"}, {Name: "net", Text: "2"}},
		},
		{
			"odd names", `{"":"1","a \"b\"":"2","업종 구분(대)":"3","Net(%)":"4"}`,
			[]record.Field{{Name: "", Text: "1"}, {Name: `a "b"`, Text: "2"}, {Name: "업종 구분(대)", Text: "3"}, {Name: "Net(%)", Text: "4"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := fieldsOf(t, tt.object)
			if diff := cmp.Diff(tt.want, append([]record.Field(nil), got...)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

// The prediction of the next key must not survive records of other shapes.
func TestDecode_KeysChangeFromRowToRow(t *testing.T) {
	body := `{"data":{"dealList":[{"a":1,"b":2},{"b":3,"a":4},{"a":5},{"ab":6,"a":7,"b":8},{},{"a" : 9 , "b" :10}]}}`
	names := newNames()
	for range 3 { // a table's names are kept from page to page
		l, err := decode(body, form{listKey: "dealList"}, names)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range l.records {
			var row []string
			for _, f := range r.Fields {
				row = append(row, f.Name+"="+f.Text)
			}
			got = append(got, strings.Join(row, " "))
		}
		want := []string{"a=1 b=2", "b=3 a=4", "a=5", "ab=6 a=7 b=8", "", "a=9 b=10"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	}
}

// Records of a page share a slab; one that outgrows it must not tear.
func TestDecode_PageOutgrowsItsSlab(t *testing.T) {
	names := newNames()
	for page := range 3 {
		var b strings.Builder
		b.WriteString(`{"data":{"dealList":[`)
		for row := range 40 {
			if row > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('{')
			for col := range 100 * (page + 1) {
				if col > 0 {
					b.WriteByte(',')
				}
				b.WriteString(`"c` + strings.Repeat("x", col) + `":` + strings.Repeat("7", row+1))
			}
			b.WriteByte('}')
		}
		b.WriteString(`]}}`)
		l, err := decode(b.String(), form{listKey: "dealList"}, names)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.records) != 40 {
			t.Fatalf("%d records, want 40", len(l.records))
		}
		for row, r := range l.records {
			if len(r.Fields) != 100*(page+1) {
				t.Fatalf("page %d row %d: %d fields", page, row, len(r.Fields))
			}
			for col, f := range r.Fields {
				if len(f.Name) != col+1 || len(f.Text) != row+1 {
					t.Fatalf("page %d row %d field %d: %q=%q", page, row, col, f.Name, f.Text)
				}
			}
		}
	}
}

func TestDecode_Envelope(t *testing.T) {
	for _, tt := range []struct {
		name, body, cursor string
		rows               int
	}{
		{"usual", `{"success":true,"data":{"dealList":[{"id":"1"}],"nextCursor":"c1"}}`, "c1", 1},
		{"other order", `{"data":{"nextCursor":"c1","dealList":[{"id":"1"}]},"success":true}`, "c1", 1},
		{"vendor's own spelling", `{"success":true,"data":{"dealList":[],"nextCurosr":"c1"}}`, "c1", 0},
		{"both spellings", `{"success":true,"data":{"nextCurosr":"typo","nextCursor":"right","dealList":[]}}`, "right", 0},
		{"right one null, other set", `{"success":true,"data":{"nextCurosr":"typo","nextCursor":null,"dealList":[]}}`, "typo", 0},
		{"null cursor", `{"success":true,"data":{"dealList":[],"nextCursor":null}}`, "", 0},
		{"empty cursor", `{"success":true,"data":{"dealList":[],"nextCursor":""}}`, "", 0},
		{"no cursor", `{"success":true,"data":{"dealList":[]}}`, "", 0},
		{"number as cursor", `{"success":true,"data":{"dealList":[],"nextCursor":17}}`, "17", 0},
		{"escaped cursor", `{"success":true,"data":{"dealList":[],"nextCursor":"a\u002fb"}}`, "a/b", 0},
		{"no success key", `{"data":{"dealList":[]}}`, "", 0},
		{"unknown keys", `{"x":[1,{"y":null}],"success":true,"data":{"total":3,"dealList":[],"meta":{"a":[]}}}`, "", 0},
		{"white space", " \n{ \"success\" : true , \"data\" : { \"dealList\" : [ { } , { } ] } } \r\n", "", 2},
		{"escaped keys", `{"d\u0061ta":{"deal\u004cist":[{}]}}`, "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := decode(tt.body, form{listKey: "dealList"}, newNames())
			if err != nil {
				t.Fatal(err)
			}
			if l.nextCursor != tt.cursor || len(l.records) != tt.rows {
				t.Errorf("cursor %q, %d rows; want %q, %d", l.nextCursor, len(l.records), tt.cursor, tt.rows)
			}
		})
	}
}

func TestDecode_Refuses(t *testing.T) {
	deep := strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000)
	ok := func(value string) string { return `{"data":{"dealList":[{"k":` + value + `}]}}` }
	for _, tt := range []struct{ name, body, kind string }{
		{"empty body", ``, KindJSON},
		{"HTML", "\n<!DOCTYPE html><html></html>", KindJSON},
		{"text", `Bad Gateway`, KindJSON},
		{"cut in a string", `{"success":true,"data":{"dealList":[{"id":"ab`, KindJSON},
		{"cut after a value", `{"success":true,"data":{"dealList":[{"id":"ab"}`, KindJSON},
		{"something behind", `{"success":true,"data":{"dealList":[]}} x`, KindJSON},
		{"two documents", `{"data":{"dealList":[]}}{"data":{"dealList":[]}}`, KindJSON},
		{"trailing comma in record", `{"data":{"dealList":[{"a":1,}]}}`, KindJSON},
		{"trailing comma in list", `{"data":{"dealList":[{},]}}`, KindJSON},
		{"missing colon", `{"data":{"dealList":[{"a" 1}]}}`, KindJSON},
		{"missing comma", `{"data":{"dealList":[{"a":1 "b":2}]}}`, KindJSON},
		{"bare key", `{"data":{"dealList":[{a:1}]}}`, KindJSON},
		{"single quotes", ok(`'x'`), KindJSON},
		{"NaN", ok(`NaN`), KindJSON},
		{"capital literal", ok(`True`), KindJSON},
		{"cut literal", ok(`tru`), KindJSON},
		{"leading zero", ok(`01`), KindJSON},
		{"leading plus", ok(`+1`), KindJSON},
		{"bare minus", ok(`-`), KindJSON},
		{"point without digits", ok(`1.`), KindJSON},
		{"exponent without digits", ok(`1e+`), KindJSON},
		{"hexadecimal", ok(`0x1`), KindJSON},
		{"unknown escape", ok(`"\x"`), KindJSON},
		{"short unicode escape", ok(`"\u12"`), KindJSON},
		{"bare newline in string", ok("\"a\nb\""), KindJSON},
		{"bare newline in nested string", ok("[\"a\nb\"]"), KindJSON},
		{"comment", ok(`/*x*/1`), KindJSON},
		{"mismatched brackets", ok(`[1}`), KindJSON},
		{"too deep", ok(deep), KindJSON},
		{"invalid UTF-8 outside a string", "{\"data\":\xff}", KindJSON},

		{"success false", `{"success":false,"message":"나중에","data":{"dealList":[]}}`, KindSuccessFalse},
		{"success null", `{"success":null,"data":{"dealList":[]}}`, KindSuccessFalse},
		{"success as text", `{"success":"true","data":{"dealList":[]}}`, KindSuccessFalse},
		{"no data", `{"success":true}`, KindDataMissing},
		{"data null", `{"success":true,"data":null}`, KindDataMissing},
		{"data an array", `{"success":true,"data":[]}`, KindDataMissing},
		{"answer an array", `[]`, KindDataMissing},
		{"answer null", `null`, KindDataMissing},
		{"no list", `{"success":true,"data":{"leadList":[]}}`, KindListMalformed},
		{"list null", `{"success":true,"data":{"dealList":null}}`, KindListMalformed},
		{"list an object", `{"success":true,"data":{"dealList":{"0":{}}}}`, KindListMalformed},
		{"list of texts", `{"success":true,"data":{"dealList":["a"]}}`, KindListMalformed},
		{"list with one null", `{"success":true,"data":{"dealList":[{},null]}}`, KindListMalformed},
		{"cursor an object", `{"success":true,"data":{"dealList":[],"nextCursor":{}}}`, KindListMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decode(tt.body, form{listKey: "dealList"}, newNames())
			p, ok := errors.AsType[*problem](err)
			if !ok {
				t.Fatalf("err = %v, want a problem", err)
			}
			if p.kind != tt.kind {
				t.Errorf("kind %s (%v), want %s", p.kind, p, tt.kind)
			}
		})
	}
}

// A body holds customers' data, which must not get into logs by way of errors.
func TestDecode_ErrorsDoNotQuoteTheBody(t *testing.T) {
	_, err := decode(`{"data":{"dealList":[{"이메일":"kim@customer.example" oops`, form{listKey: "dealList"}, newNames())
	if err == nil || strings.Contains(err.Error(), "customer") || strings.Contains(err.Error(), "이메일") {
		t.Errorf("err = %v", err)
	}
}

func TestNames_Bounded(t *testing.T) {
	names := newNames()
	var b strings.Builder
	for page := range 4 {
		b.Reset()
		b.WriteString(`{"data":{"dealList":[{"id":"1"`)
		for col := range maxNames/2 + 1 {
			b.WriteString(`,"p` + strings.Repeat("x", page) + strings.Repeat("0", col%7) + string(rune('가'+col%11000)) + `":1`)
		}
		b.WriteString(`}]}}`)
		if _, err := decode(b.String(), form{listKey: "dealList"}, names); err != nil {
			t.Fatal(err)
		}
	}
	if len(names.byRaw) > maxNames+maxNames/2+2 {
		t.Errorf("%d names are remembered", len(names.byRaw))
	}
}
