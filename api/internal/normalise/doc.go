// Package normalise turns the CRM's texts into values: days, amounts, owners,
// states, sizes. Its rules are those of spec 01; every function names the rule
// it is (N-AMOUNT, N-DATE-STRICT …) in its comment.
//
// Functions are pure and safe for any number of goroutines. What differs
// between companies (rosters, labels, thresholds) is passed in. Where the
// replaced service is known to have been wrong, a [Rules] value says which
// answer to give; it is decided once per snapshot and passed in, never looked
// up (DECISIONS.md).
//
// Cells come as [crm.Text], which tells NULL from ""; where a rule does not
// tell them apart, its comment says "blank".
package normalise
