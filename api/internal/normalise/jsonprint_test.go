package normalise_test

import (
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// TestPrinted: what Python's str makes of a JSON value.
func TestPrinted(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"it's"`:                         `it's`,
		`["it's"]`:                       `["it's"]`,
		`["a\"b"]`:                       `['a"b']`,
		`["it's \"b\""]`:                 `['it\'s "b"']`,
		`["\\\n\r\t\u0001\u00a0\u200b"]`: `['\\\n\r\t\x01\xa0\u200b']`,
		`["가 é 😀"]`:                      `['가 é 😀']`,
		`[{"id":"u1","n":[1,1.0,1e3,true,false,null]}]`: `[{'id': 'u1', 'n': [1, 1.0, 1000.0, True, False, None]}]`,
		`{}`:   `{}`,
		`[]`:   `[]`,
		`1e20`: `1e+20`,
		`true`: `True`,
		``:     `None`,
		`글`:    `글`,
	} {
		if got := normalise.ParseJSON(in).Printed(); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
