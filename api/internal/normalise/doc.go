// Package normalise turns the CRM's texts into values: days, amounts, owners,
// states, sizes. Its rules are those of spec 01; every function names the rule
// it is (N-AMOUNT, N-DATE-STRICT …) in its comment.
//
// Functions are pure and safe for any number of goroutines. What differs
// between companies (rosters, labels, thresholds) is passed in. Where the
// replaced service is known to have been wrong, a [Rules] value says which
// answer to give; it is decided once per snapshot and passed in, never looked
// up (DECISIONS.md). Its zero value is the default.
//
// Cells come as [crm.Text], which tells NULL from ""; where a rule does not
// tell them apart, its comment says "blank".
//
// Where the rules are:
//
//	space.go, blank.go      N-WS, N-FALSY, N-TXT-…, N-MISSING-…, N-FALSE-LIKE, N-COURSE-ID-NORM
//	json.go, jsonparse.go   N-JSON
//	owners.go, roster.go    N-OWNERS…, N-OWNER-NORM, N-MATCH-ANY
//	number.go, grade.go     N-AMOUNT, N-AMOUNT-USED, N-SQL-CAST, N-GRADE
//	iso.go, datetext.go     N-ISO, N-FLEX, N-DATE…, N-PARSE-DATE…, N-DATE-STR
//	year.go, month.go       N-YEAR, year filters (§5.8), N-YYMM, N-MONTH-RANGE, N-MONTHS
//	date.go, businessday.go days, today, N-BDAY-…
//	status.go               N-STATUS
//	probability.go          N-PROB-…
//	course.go               N-FORMAT…, N-ONLINE, N-CATEGORY-GROUP
//	size.go, organization.go N-SIZE, N-SIZE-INQ, N-ORG-EFF
//	like.go, columns.go     N-LIKE, N-PICK, N-HAS
//
// N-NAME and N-SORT are methods of package crm.
package normalise
