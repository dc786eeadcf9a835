// Package envdoc makes one tagged struct the only home of a service's
// settings: environment variables and flags are read into it, and the help
// text, `.env.example` and docs/configuration.md are written from it
// (spec 09 "One data volume").
//
// Field tags:
//
//	envconfig:"DB_PATH"   the variable
//	flag:"db-path"        the flag, if it has one
//	default:"…"           what holds when neither is given
//	desc:"…"              one line of help
//	example:"…"           shown in .env.example instead of the default
//
// Embedded structs are read as if their fields stood in the outer one. A field
// of type Secret never shows its value. Flag beats environment beats default.
package envdoc

import (
	"errors"
	"fmt"
	"os"
	"reflect"

	"github.com/kelseyhightower/envconfig"
)

// Secret is a setting that must never be shown. Printing it in any way gives a
// placeholder; Reveal gives the value.
type Secret string

const hidden = "[redacted]"

// Reveal returns the value.
func (s Secret) Reveal() string { return string(s) }

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides the value.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Setting is one field of a settings struct.
type Setting struct {
	Env      string `json:"env"`
	Flag     string `json:"flag"` // without dashes, empty if there is none
	Default  string `json:"default"`
	Desc     string `json:"desc"`
	Example  string `json:"example"`
	Type     string `json:"type"` // text, whole number, number, true/false, duration, list or secret
	IsSecret bool   `json:"is_secret"`
}

// Settings lists the fields of a pointer to a settings struct, in order.
func Settings(spec any) []Setting {
	var all []Setting
	for _, f := range fields(spec) {
		all = append(all, f.Setting)
	}
	return all
}

// Load fills spec, a pointer to a settings struct, from the environment and
// the defaults. All malformed variables are reported in one error, each by
// name and what it should look like, a secret's value never.
//
// A variable that is set but empty counts as not set, which is how compose
// files pass on what they do not have; it is removed from the process's
// environment.
func Load(spec any) error {
	var problems []error
	for _, f := range fields(spec) {
		if text, ok := os.LookupEnv(f.Env); ok && text == "" {
			if err := os.Unsetenv(f.Env); err != nil {
				return fmt.Errorf("unset %s: %w", f.Env, err)
			}
		}
		if err := f.load(); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// load gives envconfig a struct of this field alone: it stops at the first
// problem of a struct, and an operator wants to see them all.
func (f field) load() error {
	one := reflect.New(reflect.StructOf([]reflect.StructField{{
		Name: "Value", Type: f.value.Type(), Tag: f.tag,
	}}))
	if err := envconfig.Process("", one.Interface()); err != nil {
		return fmt.Errorf("%s: %w", f.Env, f.malformed(os.Getenv(f.Env)))
	}
	f.value.Set(one.Elem().Field(0))
	return nil
}

// malformed is our own text because envconfig's prints the value, also of a
// secret.
func (f field) malformed(text string) error {
	if f.IsSecret {
		return fmt.Errorf("malformed %s", f.Type)
	}
	return fmt.Errorf("%q is not a %s", text, f.Type)
}

// field is a setting and the place its value lives.
type field struct {
	Setting
	value reflect.Value
	tag   reflect.StructTag
}

// fields walks the struct in the way envconfig does, so that what envconfig
// names is what we read, document and bind to flags.
func fields(spec any) []field {
	v := reflect.ValueOf(spec)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("envdoc: want a pointer to a struct, have %T", spec))
	}
	var all []field
	walk(v.Elem(), &all)
	return all
}

func walk(v reflect.Value, all *[]field) {
	t := v.Type()
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			walk(v.Field(i), all)
			continue
		}
		env := sf.Tag.Get("envconfig")
		if env == "" || env == "-" {
			continue
		}
		_, secret := reflect.TypeAssert[Secret](v.Field(i))
		*all = append(*all, field{
			value: v.Field(i), tag: sf.Tag,
			Setting: Setting{
				Env: env, Flag: sf.Tag.Get("flag"), Default: sf.Tag.Get("default"), Desc: sf.Tag.Get("desc"),
				Example: sf.Tag.Get("example"), Type: typeName(v.Field(i)), IsSecret: secret,
			},
		})
	}
}
