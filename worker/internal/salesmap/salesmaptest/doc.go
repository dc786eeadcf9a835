// Package salesmaptest is a stand-in for the CRM's REST API (spec 00): the
// server that every worker test, the benchmarks and the demo crawl.
//
// It speaks the whole read side that spec 00 describes: envelope, cursors,
// bearer token, the shared quota with its Korean wait text, HTML for unknown
// paths, single lists, web-form submissions, memo filters, search, and the v3
// list and read calls. On top of that it misbehaves on command (see Fault), and
// it always knows the Truth: the records that a perfect crawl must end with.
//
// The server holds no records itself. A Source gives them: the invented
// workspace of package sandboxdata, or a folder of recorded entities (Folder).
//
// A test usually needs one line:
//
//	crm := salesmaptest.Start(t, salesmaptest.Options{})
//	// crawl crm.BaseURL with salesmaptest.DefaultToken, compare with crm.Server.Truth("deal")
//
// Limits: writing calls, web hooks, time-line and product calls do not exist
// here, and the v3 shapes are inferred from the vendor's own client since v3 is
// not in the public reference.
package salesmaptest
