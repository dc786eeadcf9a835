package envdoc

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// BindFlags adds a flag for every setting of spec that has one. Call it after
// Load, so that a flag given on the command line beats the environment. The
// help shows flag, environment variable and default.
func BindFlags(fs *pflag.FlagSet, spec any) {
	for _, f := range fields(spec) {
		if f.Flag == "" {
			continue
		}
		flag := fs.VarPF(&flagValue{f}, f.Flag, "", fmt.Sprintf("%s (env %s)", f.Desc, f.Env))
		flag.DefValue = f.Default
		if f.Type == typeBool {
			flag.NoOptDefVal = "true"
		}
	}
}

// flagValue writes a flag into its field.
type flagValue struct{ field field }

func (v *flagValue) Set(text string) error { return v.field.set(text) }

// Type is the word that help shows behind the flag, in pflag's own terms.
func (v *flagValue) Type() string {
	switch v.field.Type {
	case typeBool:
		return "bool"
	case typeDuration:
		return "duration"
	case typeInt:
		return "int"
	case typeFloat:
		return "float"
	case typeList:
		return "list"
	default:
		return "string"
	}
}

func (v *flagValue) String() string {
	if !v.field.value.IsValid() {
		return ""
	}
	return fmt.Sprint(v.field.value.Interface()) // a Secret hides itself
}

const (
	typeText     = "text"
	typeInt      = "whole number"
	typeFloat    = "number"
	typeBool     = "true/false value"
	typeDuration = "duration such as 90s or 26h"
	typeList     = "comma-separated list"
	typeSecret   = "secret"
)

func typeName(v reflect.Value) string {
	switch v.Interface().(type) {
	case Secret:
		return typeSecret
	case time.Duration:
		return typeDuration
	}
	switch v.Kind() {
	case reflect.Bool:
		return typeBool
	case reflect.Int, reflect.Int64:
		return typeInt
	case reflect.Float64:
		return typeFloat
	case reflect.Slice:
		return typeList
	default:
		return typeText
	}
}

// set parses text as the field's type.
func (f field) set(text string) error {
	v := f.value
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		return u.UnmarshalText([]byte(text))
	}
	var err error
	switch f.Type {
	case typeBool:
		var b bool
		b, err = strconv.ParseBool(text)
		v.SetBool(b)
	case typeDuration:
		var d time.Duration
		d, err = time.ParseDuration(text)
		v.SetInt(int64(d))
	case typeInt:
		var n int64
		n, err = strconv.ParseInt(text, 10, 64)
		v.SetInt(n)
	case typeFloat:
		var x float64
		x, err = strconv.ParseFloat(text, 64)
		v.SetFloat(x)
	case typeList:
		v.Set(reflect.ValueOf(strings.Split(text, ",")))
	default:
		v.SetString(text)
	}
	if err != nil {
		return f.malformed(text)
	}
	return nil
}
