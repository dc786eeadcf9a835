package salesmaptest

// Source is where the server takes its records from.
type Source interface {
	// View returns the records as they are now. A view never changes, so one
	// answer is consistent in itself; two answers of a changing source need not
	// be consistent with each other, exactly as with the real service.
	View() View
}

// View is an unchanging set of lists with random access.
//
// Lists are named by their path below the API's base URL: sandboxdata.Deal
// ("deal"), sandboxdata.WebForm ("webForm"), sandboxdata.Submissions(id)
// ("webForm/<id>/submit") and so on.
type View interface {
	// Len returns the number of records in a list. ok is false if there is no
	// such list, for example an unknown form.
	Len(list string) (n int, ok bool)
	// AppendRecord appends record i (0 <= i < Len) to dst as one JSON object,
	// without white space around it.
	AppendRecord(dst []byte, list string, i int) []byte
	// Find returns the position of the record with this id.
	Find(list, id string) (i int, ok bool)
}

// Evolver is implemented by sources whose records change over time.
type Evolver interface {
	// Evolve moves the source one step on. Views taken before stay as they are.
	Evolve()
}
