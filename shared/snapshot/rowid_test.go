package snapshot_test

import (
	"testing"

	"github.com/salesmap-mirror/salesmap-mirror/shared/snapshot"
)

func TestRowIDName(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		columns []string
		want    string
	}{
		{nil, "rowid"},
		{[]string{"id", "이름"}, "rowid"},
		{[]string{"id", "RowID"}, "_rowid_"},
		{[]string{"rowid", "_ROWID_"}, "oid"},
		{[]string{"rowid", "_rowid_", "OID"}, ""},
	} {
		got, err := snapshot.RowIDName(tc.columns)
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("RowIDName(%q) = %q, %v; want %q", tc.columns, got, err, tc.want)
		}
	}
}
