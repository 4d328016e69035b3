package catalog

import (
	"errors"
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
)

const day = 24 * 60 * 60 * 1000

func load(t *testing.T, dir string) *kpi.Definition {
	t.Helper()
	defs, err := Load(os.DirFS(dir), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(defs) != 1 {
		t.Fatalf("%d definitions, want 1", len(defs))
	}
	return defs[0]
}

func TestLoad(t *testing.T) {
	d := load(t, "testdata/good")
	got := *d
	got.Readme, got.Hash, got.Source = "", "", ""
	got.Measures = nil
	want := kpi.Definition{
		ID: "activation_rate", Name: "Activation rate", Short: "Activation",
		Question:  "Of the accounts that signed up, how many got to a first result in time?",
		Numerator: "accounts that reached the milestone", Basis: "accounts that signed up", None: "no accounts signed up",
		Types: []string{"outcome"}, Area: "outcome", Cadence: kpi.Week, Grains: kpi.Grains(),
		Facts: []string{"account", "usage_day"}, Grace: kpi.Span{N: 3, Unit: 'd'},
		Mature: 14 * day, MatureParam: "window_ms", Back: 14 * day, BackParam: "window_ms",
		Segments: []string{"channel", "plan"}, Formula: "fixed window after signup",
		Params: []kpi.Param{
			{Name: "milestone_event", Type: "text", Default: "milestone", Doc: "what counts as a first result"},
			{Name: "signup_event", Type: "text", Default: "signup"},
			{Name: "window_ms", Type: "span", Default: int64(14 * day)},
		},
		Values: map[string]any{"milestone_event": "milestone", "signup_event": "signup", "window_ms": int64(14 * day)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	m := d.Primary()
	if m.ID != "rate" || m.Agg != kpi.Share || m.Unit != "%" || m.Direction != kpi.Up || m.Digits != 1 || m.MinN != 30 || m.Scale != 1 {
		t.Errorf("primary measure: %+v", m)
	}
	second, _ := d.Measure("reached")
	if second.SQL == m.SQL || second.SQL == "" || m.SQL == "" {
		t.Error("each measure must have its own SQL here")
	}
}

// TestLinksAreNoPartOfAVersion: where a definition is read about changes no number.
func TestLinksAreNoPartOfAVersion(t *testing.T) {
	read := func(more string) *kpi.Definition {
		fsys := fstest.MapFS{}
		for _, name := range []string{"kpi.toml", "kpi.sql", "kpi.reached.sql"} {
			data, err := os.ReadFile("testdata/good/outcome/activation_rate/" + name)
			if err != nil {
				t.Fatal(err)
			}
			if name == "kpi.toml" {
				data = append([]byte(more+"\n"), data...)
			}
			fsys["outcome/activation_rate/"+name] = &fstest.MapFile{Data: data}
		}
		defs, err := Load(fsys, "defs")
		if err != nil {
			t.Fatal(err)
		}
		return defs[0]
	}
	plain, linked := read(""), read(`links = ["https://www.figma.com/board/1", "https://app.vanta.com/x"]`)
	if plain.Hash != linked.Hash {
		t.Error("a link began another version")
	}
	if diff := cmp.Diff([]string{"https://www.figma.com/board/1", "https://app.vanta.com/x"}, linked.Links); diff != "" {
		t.Error(diff)
	}
}

func TestApply(t *testing.T) {
	d := load(t, "testdata/good")
	same, err := Apply(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, same); diff != "" {
		t.Errorf("no override must change nothing: %s", diff)
	}
	got, err := Apply(d, map[string]any{"window_ms": "4w", "milestone_event": "published"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Mature != 28*day || got.Back != 28*day || got.Ahead != 0 || got.Values["milestone_event"] != "published" {
		t.Errorf("got mature %d, back %d, values %v", got.Mature, got.Back, got.Values)
	}
	if got.Hash == d.Hash || d.Values["window_ms"] != int64(14*day) {
		t.Error("an override makes another version and leaves the definition alone")
	}
	_, err = Apply(d, map[string]any{"window_mss": "4w", "signup_event": int64(3)})
	var pe *ParamError
	if !errors.As(err, &pe) {
		t.Fatalf("want a ParamError, got %v", err)
	}
	want := "kpi \"activation_rate\": signup_event: found 3, wanted text in quotes\n" +
		"kpi \"activation_rate\": window_mss: there is no such parameter; did you mean \"window_ms\"?; allowed: [milestone_event signup_event window_ms]"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestBuiltinLoads(t *testing.T) {
	if _, err := Load(Builtin(), BuiltinOrigin); err != nil {
		t.Error(err)
	}
}
