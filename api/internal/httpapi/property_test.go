package httpapi_test

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/salesmap-mirror/salesmap-mirror/shared/testkit/golden"
)

// TestPaging: whatever the filter and the page size, the pages put together are
// the whole, and a filter only ever takes rows away.
func TestPaging(t *testing.T) {
	t.Parallel()
	s := start(t, golden.Snapshot(t), settings{}).ready()
	everything := ids(t, s, url.Values{"limit": {"500"}})
	sizes := append([]string{"전체", "", "없는규모"}, listSizes(t, s)...)
	rapid.Check(t, func(rt *rapid.T) {
		filter := url.Values{}
		if rapid.Bool().Draw(rt, "by size") {
			filter.Set("size", rapid.SampledFrom(sizes).Draw(rt, "size"))
		}
		if rapid.Bool().Draw(rt, "by search") {
			filter.Set("search", rapid.SampledFrom([]string{"", "전자", "%", "_", "a", "A", "없음", "e%1", " "}).Draw(rt, "search"))
		}
		page := rapid.IntRange(1, 60).Draw(rt, "page size")

		filter.Set("limit", "500")
		whole := ids(t, s, filter)
		filter.Set("limit", strconv.Itoa(page))
		var joined []string
		for offset := 0; ; offset += page {
			filter.Set("offset", strconv.Itoa(offset))
			part := ids(t, s, filter)
			joined = append(joined, part...)
			if len(part) < page {
				break
			}
		}
		if diff := cmp.Diff(whole, joined); diff != "" {
			rt.Fatalf("%v: whole (-), pages (+):\n%s", filter, diff)
		}
		if !isSubsequence(whole, everything) {
			rt.Fatalf("%v: the filter added or moved rows", filter)
		}
	})
}

func ids(tb testing.TB, s *service, query url.Values) []string {
	tb.Helper()
	var all []string
	for _, item := range items(tb, s.get("/api/orgs?"+query.Encode())) {
		id, ok := item["id"].(string)
		if !ok {
			tb.Fatalf("id %v", item["id"])
		}
		all = append(all, id)
	}
	return all
}

func listSizes(tb testing.TB, s *service) []string {
	tb.Helper()
	var list struct{ Sizes []string }
	s.get("/api/sizes").decode(tb, &list)
	return list.Sizes
}

func isSubsequence(part, whole []string) bool {
	for _, x := range whole {
		if len(part) > 0 && part[0] == x {
			part = part[1:]
		}
	}
	return len(part) == 0
}
