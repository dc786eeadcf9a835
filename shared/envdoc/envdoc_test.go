package envdoc_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/salesmap-mirror/salesmap-mirror/shared/envdoc"
)

type inner struct {
	Level string `envconfig:"T_LEVEL" default:"info" flag:"level" desc:"how much to log"`
}

type spec struct {
	inner
	Path   string        `envconfig:"T_PATH" default:"a.db" flag:"path" desc:"the file"`
	Every  time.Duration `envconfig:"T_EVERY" default:"1s" flag:"every" desc:"how often"`
	Keep   int           `envconfig:"T_KEEP" default:"3" flag:"keep" desc:"how many"`
	Shrink float64       `envconfig:"T_SHRINK" default:"0.5" flag:"shrink" desc:"share"`
	On     bool          `envconfig:"T_ON" flag:"on" desc:"switch"`
	List   []string      `envconfig:"T_LIST" desc:"several"`
	Token  envdoc.Secret `envconfig:"T_TOKEN" flag:"token" desc:"the key"`
}

func TestLoad_FlagBeatsEnvironmentBeatsDefault(t *testing.T) {
	t.Setenv("T_KEEP", "7")
	t.Setenv("T_EVERY", "2m")
	t.Setenv("T_LEVEL", "") // set but empty is not set
	t.Setenv("T_LIST", "a,b")
	var s spec
	if err := envdoc.Load(&s); err != nil {
		t.Fatal(err)
	}
	fs := pflag.NewFlagSet("t", pflag.ContinueOnError)
	envdoc.BindFlags(fs, &s)
	if err := fs.Parse([]string{"--keep", "9", "--on", "--shrink=0.25", "--token", "tok"}); err != nil {
		t.Fatal(err)
	}
	want := spec{
		inner: inner{Level: "info"}, Path: "a.db", Every: 2 * time.Minute, Keep: 9, Shrink: 0.25, On: true,
		List: []string{"a", "b"}, Token: "tok",
	}
	if diff := cmp.Diff(want, s, cmp.AllowUnexported(spec{})); diff != "" {
		t.Error(diff)
	}
}

func TestLoad_ReportsEveryProblemByName(t *testing.T) {
	t.Setenv("T_KEEP", "many")
	t.Setenv("T_EVERY", "often")
	t.Setenv("T_ON", "perhaps")
	err := envdoc.Load(&spec{})
	if err == nil {
		t.Fatal("malformed values were accepted")
	}
	for _, want := range []string{`T_KEEP: "many" is not a whole number`, "T_EVERY", "T_ON"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
	fs := pflag.NewFlagSet("t", pflag.ContinueOnError)
	envdoc.BindFlags(fs, &spec{})
	if err := fs.Parse([]string{"--keep", "x"}); err == nil || !strings.Contains(err.Error(), "--keep") {
		t.Errorf("bad flag: %v", err)
	}
}

func TestBindFlags_HelpShowsAllThreeColumnsAndNoSecret(t *testing.T) {
	t.Setenv("T_TOKEN", "canary-7f3a")
	t.Setenv("T_PATH", "other.db")
	var s spec
	if err := envdoc.Load(&s); err != nil {
		t.Fatal(err)
	}
	fs := pflag.NewFlagSet("t", pflag.ContinueOnError)
	envdoc.BindFlags(fs, &s)
	usage := fs.FlagUsages() + fmt.Sprintf("%v %+v %#v", s, s, s)
	if strings.Contains(usage, "canary-7f3a") {
		t.Errorf("the secret shows: %s", usage)
	}
	for _, want := range []string{"--path", "env T_PATH", `(default "a.db")`} {
		if !strings.Contains(usage, want) {
			t.Errorf("%q is missing in help:\n%s", want, usage)
		}
	}
}

func TestWrite(t *testing.T) {
	sections := []envdoc.Section{{Title: "api", Settings: envdoc.Settings(&spec{})}}
	var env, md strings.Builder
	if err := envdoc.WriteDotEnv(&env, sections); err != nil {
		t.Fatal(err)
	}
	if err := envdoc.WriteMarkdown(&md, sections); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# how often\n# T_EVERY=1s\n", "# T_TOKEN=\n"} {
		if !strings.Contains(env.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, env.String())
		}
	}
	if want := "| `T_KEEP` | `--keep` | `3` | how many |\n"; !strings.Contains(md.String(), want) {
		t.Errorf("%q is missing in:\n%s", want, md.String())
	}
}
