package apidocs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// typeOf says in one line what a schema allows, with links to what is named.
func typeOf(s *schema) []span {
	switch {
	case s == nil:
		return []span{{Text: "anything"}}
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, schemaPrefix)
		return []span{{Text: name, Link: "schema-" + name}}
	case len(s.AnyOf)+len(s.OneOf) > 0:
		return joined(" or ", slices.Concat(s.AnyOf, s.OneOf))
	case len(s.AllOf) > 0:
		return joined(" and ", s.AllOf)
	case s.Const != nil:
		return []span{{Text: fmt.Sprint(s.Const), Code: true}}
	case len(s.Enum) > 0:
		return enumOf(s.Enum)
	}
	names := typeNames(&s.Type)
	if slices.Contains(names, "array") && s.Items != nil {
		return append([]span{{Text: "list of "}}, typeOf(s.Items)...)
	}
	if inner := valuesOf(s); slices.Contains(names, "object") && inner != nil {
		return append([]span{{Text: "by key, "}}, typeOf(inner)...)
	}
	text := cmp.Or(strings.Join(names, " or "), "anything")
	if s.Format != "" {
		text += " (" + s.Format + ")"
	}
	return []span{{Text: text + bounds(s)}}
}

func joined(between string, parts []*schema) []span {
	var all []span
	for i, part := range parts {
		if i > 0 {
			all = append(all, span{Text: between})
		}
		all = append(all, typeOf(part)...)
	}
	return all
}

func enumOf(values []any) []span {
	var all []span
	for i, value := range values {
		if i > 0 {
			all = append(all, span{Text: ", "})
		}
		text := fmt.Sprint(value)
		if value == nil {
			text = "null"
		}
		all = append(all, span{Text: text, Code: true})
	}
	return all
}

// typeNames reads `type`, which is a name or a list of them.
func typeNames(n *yaml.Node) []string {
	var one string
	if n.Decode(&one) == nil && one != "" {
		return []string{one}
	}
	var many []string
	if n.Decode(&many) != nil {
		return nil
	}
	return many
}

// valuesOf is the schema of an object's values, if it has keys at will.
func valuesOf(s *schema) *schema {
	for _, pattern := range slices.Sorted(maps.Keys(s.PatternProperties)) {
		return s.PatternProperties[pattern]
	}
	if s.AdditionalProperties.Kind != yaml.MappingNode && s.AdditionalProperties.Kind != yaml.AliasNode {
		return nil
	}
	var values schema
	if s.AdditionalProperties.Decode(&values) != nil {
		return nil
	}
	return &values
}

func bounds(s *schema) string {
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	text := ""
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		text = ", " + number(*s.Minimum) + " to " + number(*s.Maximum)
	case s.Minimum != nil:
		text = ", at least " + number(*s.Minimum)
	case s.Maximum != nil:
		text = ", at most " + number(*s.Maximum)
	}
	if s.Default != nil {
		text += fmt.Sprintf(", by default %v", s.Default)
	}
	return text
}

// fields lists an object's properties and, indented by their path, those of
// the objects inside it that have no name of their own.
func fields(path string, s *schema) []fieldView {
	node := &s.Properties
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	var all []fieldView
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		var inner schema
		if node.Content[i+1].Decode(&inner) != nil {
			continue
		}
		all = append(all, fieldView{
			Name: path + name, Required: slices.Contains(s.Required, name),
			Type: typeOf(&inner), Description: spans(inner.Description),
		})
		switch {
		case inner.Items != nil:
			all = append(all, fields(path+name+"[].", inner.Items)...)
		case valuesOf(&inner) != nil:
			all = append(all, fields(path+name+".*.", valuesOf(&inner))...)
		default:
			all = append(all, fields(path+name+".", &inner)...)
		}
	}
	return all
}
