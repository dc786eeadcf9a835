package httpapi

// exports are the routes whose answers are lists, by path.
func exports() map[string]export {
	return map[string]export{}
}

// parameterLabel is what a parameter is called in a table, its name if it has
// no other.
func parameterLabel(name string) string { return name }
