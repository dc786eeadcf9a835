package qc

// MonthInNameForTest is monthInName.
func MonthInNameForTest(name string) bool { return monthInName(name) }
