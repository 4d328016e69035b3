package scorecard

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-file +got):\n%s", path, diff)
	}
}

// mixture is a page with each kind of row on it.
func mixture(t *testing.T) Input {
	maturing := share(t, "adoption", "level 60..80 %", "2026-W38", .5)
	maturing.Observations[0].State, maturing.Observations[0].Pending = kpi.Maturing, 40_000
	maturing.Observations[0].BoundLo, maturing.Observations[0].BoundHi = ptr(.5), ptr(.9)
	small := share(t, "learning", "level 60..80 %", "2026-W38", .5)
	o := &small.Observations[0]
	o.Num, o.Den, o.N, o.CILo, o.CIHi = ptr(3.0), ptr(6.0), ptr(int64(6)), ptr(.19), ptr(.81)
	return page(t,
		share(t, "activation", "level 60..80 %", "2026-W38", .7, .7, .418),
		share(t, "retention", "level 60..80 %", "2026-W38", .85, .85, .86),
		maturing, small,
		share(t, "capability", "level 60..80 %", "2026-W38"),
		share(t, "untargeted", "", "2026-W38", .7, .7),
	)
}

func marshal(t *testing.T, s Scorecard) []byte {
	t.Helper()
	b, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

func TestGoldenJSON(t *testing.T) { golden(t, "scorecard.json", marshal(t, Build(mixture(t)))) }

func TestGoldenText(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, Build(mixture(t))); err != nil {
		t.Fatal(err)
	}
	golden(t, "scorecard.txt", b.Bytes())
}

// TestEveryKeyIsThere: what does not apply is null, never absent. The keys are
// those of the published example, here for the fullest and the emptiest rows.
func TestEveryKeyIsThere(t *testing.T) {
	top := []string{"as_of", "changed", "counts", "data_version", "headline", "health", "known_at", "kpis", "portfolio",
		"product", "sample", "second", "segment", "trust", "week"}
	row := []string{"bounds", "cadence", "caps", "change", "ci", "definition", "den", "direction", "dq", "forecast", "freshness", "id", "latest", "leads",
		"links", "measure", "n", "name", "num", "owner", "pending", "period", "pooled", "process", "published", "raw_status", "reason",
		"restated", "run", "sentence", "state", "status", "target", "types", "uncertain", "unit", "value"}
	inside := map[string][]string{
		"target": {"attainment", "baseline", "expr", "floor_final", "floor_now", "pace", "stretch_final", "stretch_now", "warn_now"},
		"change": {"abs", "against", "signal", "unit"}, "latest": {"bounds", "certain", "period", "state", "value"},
		"forecast":  {"error", "floor", "interval", "method", "origins", "period", "value", "why", "will_land"},
		"process":   {"assurance", "cause", "centre", "locked", "lower", "mr_limit", "mr_mean", "of", "points", "provisional", "refused", "signals", "stretches", "upper", "why"},
		"freshness": {"complete_through", "sources", "state"}, "dq": {"excluded", "excluded_share", "says", "warning"},
		"definition": {"hash", "version"}, "links": {"page", "why"},
	}
	var got map[string]any
	if err := json.Unmarshal(marshal(t, Build(mixture(t))), &got); err != nil {
		t.Fatal(err)
	}
	same(t, "scorecard", top, got)
	seen := map[string]bool{}
	for _, r := range got["kpis"].([]any) {
		r := r.(map[string]any)
		same(t, r["id"].(string), row, r)
		for key, want := range inside {
			if sub, ok := r[key].(map[string]any); ok {
				seen[key] = true
				same(t, r["id"].(string)+"."+key, want, sub)
			}
		}
	}
	for key := range inside {
		if !seen[key] {
			t.Errorf("no row has a %s: the fixture no longer covers it", key)
		}
	}
}

func same(t *testing.T, name string, want []string, got map[string]any) {
	t.Helper()
	var keys []string
	for k := range got {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("keys of %s (-want +got):\n%s", name, diff)
	}
}

func TestLinksKeepTheFilter(t *testing.T) {
	in := page(t, share(t, "rate", "", "2026-W38", .7))
	want := Links{Page: "/p/core/k/rate?w=2026-W38", Why: "/p/core/k/rate/why?period=2026-W38"}
	if got := find(t, Build(in), "rate").Links; got != want {
		t.Errorf("links are %+v, want %+v", got, want)
	}
	in.Segment = "plan=team"
	if got := find(t, Build(in), "rate").Links.Page; got != "/p/core/k/rate?w=2026-W38&segment=plan%3Dteam" {
		t.Errorf("link is %s", got)
	}
}
