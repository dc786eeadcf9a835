package salesmap

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesmap-mirror/salesmap-mirror/worker/internal/record"
)

// FuzzRecord compares the decoder with encoding/json: both must take the same
// objects, and read the same names and values from them.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, `{"이름":"김\u0000\ud83d\ude00\ud83d","n":-0.50e+1,"t":true,"z":null}`,
		`{"팀":[{"id":"x","name":" 기업 1팀 "}],"a":{ "b" : [ ] }}`, "{\"a\":\"\xff\",\"\xff\":1}",
		`{"a":1,"a":[1,2,"\u003c\/"]}`, `{"a":"\n\"","b":1E400,"c":12345678901234567890}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, object string) {
		want, wantErr := reference(object)
		got, gotErr := decode(`{"data":{"l":[`+object+`]}}`, form{listKey: "l"}, newNames())
		if wantErr != nil {
			if gotErr == nil && len(got.records) == 1 {
				t.Fatalf("%q is taken, though encoding/json says %v", object, wantErr)
			}
			return
		}
		if gotErr != nil {
			if p, ok := errors.AsType[*problem](gotErr); ok && strings.Contains(p.text, "nested deeper") {
				return
			}
			t.Fatalf("%q is refused: %v", object, gotErr)
		}
		if diff := cmp.Diff(want, got.records[0].Fields, cmpEmpty); diff != "" {
			t.Fatalf("%q (-encoding/json +ours):\n%s", object, diff)
		}
	})
}

var cmpEmpty = cmp.Transformer("emptyIsNil", func(fields []record.Field) map[int]record.Field {
	byPlace := map[int]record.Field{}
	for i, f := range fields {
		byPlace[i] = f
	}
	return byPlace
})

// reference decodes an object with the standard library alone.
func reference(object string) ([]record.Field, error) {
	dec := json.NewDecoder(strings.NewReader(object))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.Join(err, errors.New("not an object"))
	}
	var fields []record.Field
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, err
		}
		f := record.Field{Name: name.(string)}
		if f.Text, f.Null, err = referenceText(raw); err != nil {
			return nil, err
		}
		known := false
		for i := range fields {
			if fields[i].Name == f.Name {
				fields[i], known = f, true
			}
		}
		if !known {
			fields = append(fields, f)
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something behind the object")
	}
	return fields, nil
}

func referenceText(raw json.RawMessage) (text string, null bool, err error) {
	switch raw[0] {
	case '"':
		err = json.Unmarshal(raw, &text)
		return text, false, err
	case 'n':
		return "", true, nil
	case 't':
		return "1", false, nil
	case 'f':
		return "0", false, nil
	case '{', '[':
		text, err = referenceCompact(raw)
		return text, false, err
	default:
		return referenceNumber(string(raw)), false, nil
	}
}

// stringToken finds the strings of valid JSON.
var stringToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

func referenceCompact(raw json.RawMessage) (string, error) {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return "", err
	}
	return stringToken.ReplaceAllStringFunc(b.String(), func(token string) string {
		var s string
		if err := json.Unmarshal([]byte(token), &s); err != nil {
			return token
		}
		var again bytes.Buffer
		enc := json.NewEncoder(&again)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			return token
		}
		out := strings.TrimSuffix(again.String(), "\n")
		out = strings.ReplaceAll(out, `\u2028`, "\u2028") // the standard encoder always escapes these two
		return strings.ReplaceAll(out, `\u2029`, "\u2029")
	}), nil
}

// referenceNumber writes a number by way of big.Rat; where that would be
// monstrous it trusts the tests of the table.
func referenceNumber(raw string) string {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(raw), "e")
	if hasExponent && (len(strings.TrimLeft(exponent, "+-0")) > 2 || len(mantissa) > 200) {
		var b strings.Builder
		appendNumber(&b, raw)
		return b.String()
	}
	r, ok := new(big.Rat).SetString(raw)
	if !ok {
		return raw
	}
	if r.IsInt() {
		return r.Num().String()
	}
	text := r.FloatString(len(raw) + 120)
	return strings.TrimRight(text, "0")
}
