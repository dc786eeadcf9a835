package workspace

import (
	"go.yaml.in/yaml/v3"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// Cell is a value as somebody typed it into a list: a number, a text, true or
// false, or nothing. Its zero value is nothing.
type Cell struct {
	kind   cellKind
	number float64
	text   string
}

type cellKind uint8

const (
	emptyCell cellKind = iota
	numberCell
	textCell
	trueCell
	falseCell
)

// Number returns the number in the cell, or in its text (N-AMOUNT); true, false
// and nothing are none (spec 03 §4.5).
func (c Cell) Number(rules normalise.Rules) (x float64, ok bool) {
	switch c.kind {
	case numberCell:
		return c.number, true
	case textCell:
		return rules.Amount(crm.NewText(c.text))
	default:
		return 0, false
	}
}

// Target is Number in a target list, where true and false are 1 and 0
// (spec 04 §1.1).
func (c Cell) Target(rules normalise.Rules) (x float64, ok bool) {
	switch c.kind {
	case trueCell:
		return 1, true
	case falseCell:
		return 0, true
	default:
		return c.Number(rules)
	}
}

// Blank reports whether nothing was typed, or a dash for nothing.
func (c Cell) Blank() bool {
	text := normalise.Trim(c.text)
	return c.kind == emptyCell || c.kind == textCell && (text == "" || text == "-")
}

// readNode takes a scalar. An object is read as its A, which is how the lists
// of the replaced service spelled an actual.
func (c *Cell) readNode(n *yaml.Node) (problem string) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if value := n.Content[i+1]; n.Content[i].Value == "A" && value.Kind == yaml.ScalarNode {
				return c.readNode(value)
			}
		}
	}
	if n.Kind != yaml.ScalarNode {
		return "want a number or text, found " + describe(n)
	}
	*c = Cell{kind: textCell, text: n.Value}
	switch n.ShortTag() {
	case "!!null":
		*c = Cell{}
	case "!!bool":
		c.kind = falseCell
		if n.Value == "true" || n.Value == "True" || n.Value == "TRUE" {
			c.kind = trueCell
		}
	default:
		if x, ok := finiteNumber(n); ok {
			*c = Cell{kind: numberCell, number: x}
		}
	}
	return ""
}

// Threshold is a name and the number from which it is reached, written as a
// pair: [S0, 10.0].
type Threshold struct {
	Name   string
	MinEok float64
}

func (t *Threshold) readNode(n *yaml.Node) (problem string) {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
		return "want a pair such as [S0, 10.0], found " + describe(n)
	}
	name, number := n.Content[0], n.Content[1]
	x, ok := finiteNumber(number)
	switch {
	case name.Kind != yaml.ScalarNode || name.ShortTag() != "!!str" || normalise.Trim(name.Value) == "":
		return "want a name first, found " + describe(name)
	case !ok:
		return "want a number second, found " + describe(number)
	}
	*t = Threshold{Name: name.Value, MinEok: x}
	return ""
}
