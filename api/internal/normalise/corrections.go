package normalise

// The methods below are the corrections of DECISIONS.md, "Corrected with
// `numbers: corrected` only", one per correction, so that a use of one can be
// found and one can be taken back in one place. The functions of this package
// ask them; so do the analytics whose specs are named.

// YearMonthIsNotADate means that `2025-12` is no day, and its month is that
// month (spec 01 §5.2, §5.7).
func (r Rules) YearMonthIsNotADate() bool { return r.corrected() }

// AmountsMayBeDecorated means that thousands separators, 원 and ₩ are read over
// (DECISIONS.md "Kept in both").
func (r Rules) AmountsMayBeDecorated() bool { return r.corrected() }

// EmptyProbabilityIsNoToken means that an empty text has no probability instead
// of one called None (spec 01 §6).
func (r Rules) EmptyProbabilityIsNoToken() bool { return r.corrected() }

// StatusByWholeWords means that `Closed` is not lost although "lose" is in it
// (spec 01 §6).
func (r Rules) StatusByWholeWords() bool { return r.corrected() }

// OneCourseFormatRule means that N-FORMAT and one online test are used
// everywhere, and categories are looked up as they stand (spec 01 §7).
func (r Rules) OneCourseFormatRule() bool { return r.corrected() }

// KnownSizeCounts means that a raw size that is a known label is the size group
// (spec 01 §8).
func (r Rules) KnownSizeCounts() bool { return r.corrected() }

// PublicKeywordsAreSuffixes means that words for public bodies count at the end
// of a name only (spec 01 §8).
func (r Rules) PublicKeywordsAreSuffixes() bool { return r.corrected() }

// EveryOwnerIsNamed means that several owners show as all their names joined by
// ", " (spec 02 §2, §1.8, §5.4).
func (r Rules) EveryOwnerIsNamed() bool { return r.corrected() }

// DealOnlyOrganizationsAreListed means that initial-data keeps organisations
// that have deals and no people (spec 02 §1.9).
func (r Rules) DealOnlyOrganizationsAreListed() bool { return r.corrected() }

// PersonlessWonDealsAreGrouped means that Won deals whose person can't be found
// appear under a person-less 미입력 (spec 02 §3.1).
func (r Rules) PersonlessWonDealsAreGrouped() bool { return r.corrected() }

// YearsByKST means that every year filter goes by the Korean day of a date
// (spec 02 §4.4, spec 03 P6).
func (r Rules) YearsByKST() bool { return r.corrected() }

// EmptyHTMLErasesNothing means that an empty htmlBody leaves the memo's text,
// and a cleaned form memo never gets its raw form text back (spec 02 §4.5).
func (r Rules) EmptyHTMLErasesNothing() bool { return r.corrected() }

// BrokenHTMLKeepsText means that text after `&` is kept and stray end tags do
// no harm (spec 02 §4.7).
func (r Rules) BrokenHTMLKeepsText() bool { return r.corrected() }

// PhonesBesideHangulAreMasked means that phone numbers are masked although a
// Hangul syllable touches them (spec 02 §5.5).
func (r Rules) PhonesBesideHangulAreMasked() bool { return r.corrected() }

// MonthParametersByEitherName means that monthly amounts and inquiries
// understand from/to as well as from_month/to_month (DECISIONS.md, both
// settings section).
func (r Rules) MonthParametersByEitherName() bool { return r.corrected() }

// MissingProbabilityIsNone means that in a snapshot without probabilities no
// open deal of the counterparty list is certain, instead of every one (spec 04
// §1; DECISIONS.md: a missing optional column is NULL).
func (r Rules) MissingProbabilityIsNone() bool { return r.corrected() }

// LostIsNeverConfirmed means that Lost and Convert deals count neither as
// confirmed nor as high, in amounts and P&L (spec 03 P4).
func (r Rules) LostIsNeverConfirmed() bool { return r.corrected() }

// OnePerformanceOrganization means that a deal's organisation is its own, else
// its person's, on all performance endpoints (spec 03 P7).
func (r Rules) OnePerformanceOrganization() bool { return r.corrected() }

// DealsCountOnce means that summaries and drill-downs take each deal id once
// (spec 03 P10), and that people who share an id don't multiply its deals.
func (r Rules) DealsCountOnce() bool { return r.corrected() }

// MarginOfTargets means that target margin is target OP ÷ target revenue; a
// year without targets has none (spec 03 P11).
func (r Rules) MarginOfTargets() bool { return r.corrected() }

// DiagnosticsCountWhatTheyName means that each diagnostic counts what its name
// says (spec 03 P9).
func (r Rules) DiagnosticsCountWhatTheyName() bool { return r.corrected() }

// TargetRowsOnce means that target-only rows stand on one page (spec 04 D1).
func (r Rules) TargetRowsOnce() bool { return r.corrected() }

// SharedNamesNeedAnID means that the target of a name that two organisations
// share goes to the one whose id the file names, else to none (spec 04 D5).
func (r Rules) SharedNamesNeedAnID() bool { return r.corrected() }

// OrgTotalsMeanWhatTheySay means that orgOnline and orgOffline are filled and
// orgWon is Won of that year (spec 04 D3, D4).
func (r Rules) OrgTotalsMeanWhatTheySay() bool { return r.corrected() }

// CurrentYearCounterpartiesAreListed means that counterparties without an
// amount in the base year are listed too (spec 04 D6).
func (r Rules) CurrentYearCounterpartiesAreListed() bool { return r.corrected() }

// ListAndDetailAgree means that the detail uses the list's rules (spec 04 D7,
// D8, D9).
func (r Rules) ListAndDetailAgree() bool { return r.corrected() }

// RankingCountsWonOnly means that the ranking counts Won deals only, in both
// years (spec 05 §1).
func (r Rules) RankingCountsWonOnly() bool { return r.corrected() }

// SizeSummaryOfEachYear means that summary-by-size reports every year asked for
// (spec 05 §6).
func (r Rules) SizeSummaryOfEachYear() bool { return r.corrected() }

// OpenCloseCountEvents means that open and close account counts count accounts
// with such an event (spec 05 §10).
func (r Rules) OpenCloseCountEvents() bool { return r.corrected() }

// StatePathsAgree means that the two state path endpoints of an organisation
// use the same deals and answer 404 for an unknown id (spec 05 §9, §10).
func (r Rules) StatePathsAgree() bool { return r.corrected() }

// LostNeedsItsProbability means that R6 fires for lost deals whose probability
// lacks LOST (spec 06 R6).
func (r Rules) LostNeedsItsProbability() bool { return r.corrected() }

// HiddenIssuesAreClean means that a deal with only hidden issues is clean (spec
// 06 R17).
func (r Rules) HiddenIssuesAreClean() bool { return r.corrected() }

// QualityTodayIsKST means that quality control's today is the Korean day, not
// the server's (spec 06 §2).
func (r Rules) QualityTodayIsKST() bool { return r.corrected() }

// QualityReadsRealColumns means that onlineFirst and instructorFee1 read the
// columns that snapshots have (spec 06 §2).
func (r Rules) QualityReadsRealColumns() bool { return r.corrected() }

// AccountingFileIsReported means that an invalid accounting file is always
// reported, and a byte order mark is no error (spec 06 §3).
func (r Rules) AccountingFileIsReported() bool { return r.corrected() }

// ReviewLeavesOutLost means that the review list has no Lost deals (spec 06
// §3).
func (r Rules) ReviewLeavesOutLost() bool { return r.corrected() }
