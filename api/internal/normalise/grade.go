package normalise

// wonPerEok is how many won are an 억, the unit of thresholds and targets.
const wonPerEok = 1e8

// Eok converts won to 억.
func Eok(won float64) float64 { return won / wonPerEok }

// Grade is a row of a grade table: a name and the total in 억 from which it is
// reached.
type Grade struct {
	Name   string
	MinEok float64
}

// Grades is a grade table of the workspace, best grade first (N-GRADE).
type Grades []Grade

// Of is N-GRADE: the grade of a total in won. A total below every minimum, a
// negative one for instance, has the last grade.
func (g Grades) Of(won float64) string { return g.OfEok(Eok(won)) }

// OfEok is the grade of a total in 억.
func (g Grades) OfEok(eok float64) string {
	name := ""
	for _, grade := range g {
		name = grade.Name
		if eok >= grade.MinEok {
			break
		}
	}
	return name
}
