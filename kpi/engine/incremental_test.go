package engine_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

const dayMs = 86_400_000

// world draws random rows of any fact, over few ids so that they meet.
type world struct {
	*rand.Rand
	from kpi.Millis
	days int // that have passed
	own  map[string][]string
}

var words = map[string][]string{
	"account_id": {"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15", "a16", "a17", "a18", "a19", "a20"},
	"product_id": {"flows", "forms", "boards", "@core"}, "survey_id": {"r1", "r2", "r3"}, "question_id": {"r1", "r2"},
	"currency": {"USD", "EUR"}, "product_event.name": {"signup", "milestone", "milestone", "other", "trial_started", "lead_created"}, "account_attribute.name": {"plan"}, "account_attribute.value": {"team", "solo"},
	"role": {"director", "other"}, "team": {"red", "blue"}, "respondent_id": {"p1", "p2", "p3", "p4"}, "purpose": {"alignment", "alignment", "nps"}, "result": {"success", "failure"},
	"scale_min": {"1"}, "scale_max": {"5"},
	"experiment_id": {"r1", "r2", "r3", "r4", "r5", "r6"}, "journey_id": {"r1", "r2", "r3", "r4", "r5", "r6"}, "event_name": {"opened", "done"},
	"requester_id": {"q1", "q2", "q3"}, "help_session.channel": {"article", "bot"}, "environment": {"production", "production", "staging"},
	"change_ref": {"r1", "r2", "r3", "c1", "c2"}, "change_event.ref": {"c1", "c2"}, "change_event.kind": {"deployment", "deployment", "flag"},
	"cause": {"change", "change", "dependency", "unknown"}, "work_item.type": {"bug", "bug", "story"},
	"size": {"major", "major", "minor"}, "experiment.kind": {"ab", "ab", "other", "aa"},
}

// own lists the words of a KPI whose facts would not meet by the words of all.
var own = map[string]map[string][]string{
	"feature_adoption": {"capability_id": {"r1", "r2", "r3"}, "account_id": {"a1", "a2", "a3", "a4", "a5", "a6"}, "product_id": {"flows", "forms"}, "product_event.name": {"edit", "fill"},
		"active_rule": {`{"events":["edit"]}`, `{"events":["edit","fill"],"min_days":1,"min_uses":1,"window_days":60}`}, "target_filter": {`{"plan":["team"]}`, `{}`}},
	"nps_csat": {"purpose": {"nps", "nps", "csat"}, "survey.kind": {"relational", "relational", "transactional"}, "scale_min": {"0"}, "scale_max": {"10"}, "score": {"3", "7", "9", "10"}},
	"ces":      {"purpose": {"ces"}, "scale_max": {"7"}, "workflow": {"x0", "x1"}, "metric_point.name": {"workflow_completions"}, "metric_point.segment": {"workflow=x0", "workflow=x1"}},
	"triad_health": {"purpose": {"triad"}, "judgement.kpi": {"triad_health"}, "author_id": {"x0", "x1"}, "author_role": {"engineering_lead", "design_lead", "other"},
		"duplicate_of": {"r1"}, "category": {"done", "done", "doing"}},
	"pm_engagement_retention": {"purpose": {"engagement"}, "team_member.role": {"Product Manager"}, "respondent_id": {"p1", "p2", "p3", "p4", "p5", "p6"}},
	"pm_capability_growth":    {"member_id": {"r1", "r2", "r3", "r4", "r5", "r6"}, "role": {"Product Manager"}, "rubric": {"x0"}, "competency": {"x0", "x1"}, "assessor_id": {"b1", "b2", "r1"}},
}

// ownParams are settings with which the facts of a year meet.
var ownParams = map[string]map[string]any{
	"pm_engagement_retention": {"min_group": int64(2)},
	"pm_capability_growth":    {"apart_min_ms": "60d", "apart_max_ms": "150d"},
}

// row draws one row of a fact; a fact has few keys, so most draws correct a row.
func (w *world) row(spec *fact.Spec) fact.Row {
	keys := map[string]int{"product_event": 400, "account_attribute": 12, "survey": 3, "survey_question": 3, "experiment": 12, "journey": 6, "capability": 3}[spec.Name]
	if keys == 0 {
		keys = 60
	}
	r := fact.Row{Fact: spec.Name, ID: fmt.Sprintf("r%d", 1+w.IntN(keys)), Values: make([]any, len(spec.Columns))}
	if spec.Name == "account" {
		r.ID = words["account_id"][w.IntN(20)]
	}
	if w.IntN(12) == 0 {
		gone := int64(w.from)
		r.Gone = &gone
	}
	for i, c := range spec.Columns {
		if c.Null && w.IntN(3) == 0 {
			continue
		}
		r.Values[i] = w.value(spec.Name, c, spec.IsPlan(c.Name))
	}
	if spec.Name == "survey" { // there are few: one that closes before it opens would be one less
		opens, closes := spec.Index("opens_at"), spec.Index("closes_at")
		if r.Values[opens].(int64) > r.Values[closes].(int64) {
			r.Values[opens], r.Values[closes] = r.Values[closes], r.Values[opens]
		}
	}
	return r
}

func (w *world) value(factName string, c fact.Column, plan bool) any {
	for _, key := range []string{factName + "." + c.Name, c.Name} {
		of := w.own[key]
		if of == nil {
			of = words[key]
		}
		if of == nil {
			continue
		}
		word := of[0]
		if len(of) > 1 {
			word = of[w.IntN(len(of))]
		}
		if bound, err := strconv.ParseFloat(word, 64); c.Kind == fact.Real && err == nil {
			return bound
		}
		return word
	}
	switch c.Kind {
	case fact.Ms:
		if c.Name == "valid_to" && w.IntN(2) == 0 {
			return int64(kpi.Forever)
		}
		day := w.IntN(w.days)
		if factName == "survey" || factName == "survey_response" { // answers come within a quarter of the survey
			day = w.IntN(min(w.days, 80))
			if c.Name == "opens_at" || c.Name == "sent_at" {
				day = 0
			}
		} else if plan {
			day = w.IntN(270)
		}
		return int64(w.from) + int64(day*24+w.IntN(24))*3_600_000
	case fact.Day:
		return int64(w.from)/dayMs + int64(w.IntN(w.days))
	case fact.Bool:
		usual, _ := c.Default.(int64)
		if w.IntN(5) == 0 || factName == "journey" && w.IntN(2) == 0 {
			return 1 - usual
		}
		return usual
	case fact.Minor:
		return []int64{500, 500, 500, 1200, 1200, 90, -500}[w.IntN(7)] // often enough back to nothing, seldom below
	case fact.Real:
		return float64(w.IntN(8))
	case fact.Enum:
		return c.Enum[w.IntN(len(c.Enum))]
	case fact.JSON:
		return "{}"
	case fact.Int:
		return int64(1 + w.IntN(9))
	}
	return fmt.Sprintf("x%d", w.IntN(4))
}

// bench is an engine with all the KPIs that come with kpid on its own store.
type bench struct {
	*testing.T
	store  *store.Store
	engine *engine.Engine
	defs   []*kpi.Definition
	cal    kpi.Calendar
}

func (b *bench) evaluate(asOf kpi.Millis) {
	b.Helper()
	if _, err := b.engine.Evaluate(b.Context(), asOf); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) load(asOf kpi.Millis, rows []fact.Row) {
	b.Helper()
	storetest.Load(b, b.store, store.SinkConfig{Reach: b.engine.Reach(asOf)}, "test", rows...)
}

// loadAll stores rows in one run without a work list.
func (b *bench) loadAll(rows []fact.Row) {
	b.Helper()
	storetest.Load(b, b.store, store.SinkConfig{}, "test", rows...)
}

func newBench(t *testing.T, defs []*kpi.Definition, segments map[string][]string) *bench {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	calendar := kpi.Calendar{Zone: berlin, WeekStarts: time.Monday, FiscalStart: time.January}
	b := &bench{T: t, defs: defs, cal: calendar, store: storetest.Open(t, calendar, func() kpi.Millis { return 0 })}
	b.engine, err = engine.New(t.Context(), engine.Config{Store: b.store, Definitions: defs, Calendar: calendar, Segments: segments,
		Tree: kpi.Tree{
			Portfolios: []kpi.Portfolio{{ID: "all"}, {ID: "core", Parent: "all"}, {ID: "edge", Parent: "all"}},
			Products:   []kpi.Product{{ID: "flows", Portfolio: "core"}, {ID: "forms", Portfolio: "core"}, {ID: "boards", Portfolio: "edge"}},
		},
		Rate: func(c string, at kpi.Millis) (int64, bool) {
			return map[string]int64{"USD": 1_000_000, "EUR": 1_085_000}[c], c == "USD" || c == "EUR"
		},
		Currencies: []string{"EUR", "USD"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// newest lists every newest observation in words, without the columns that say
// when and why it came about. A revision that takes a number back is as none.
func (b *bench) newest() []string {
	b.Helper()
	out := []string{}
	for _, d := range b.defs {
		obs, err := b.store.Observations(b.Context(), d.ID, 0, nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, o := range obs {
			if o.Num != nil || o.Value != nil || o.Reason != nil {
				out = append(out, numbers(o))
			}
		}
	}
	slices.Sort(out)
	return out
}

func numbers(o kpi.Observation) string {
	text := func(v any) string {
		switch x := v.(type) {
		case *float64:
			if x != nil {
				return fmt.Sprint(*x)
			}
		case *int64:
			if x != nil {
				return fmt.Sprint(*x)
			}
		case *string:
			if x != nil {
				return *x
			}
		default:
			return fmt.Sprint(x)
		}
		return "-"
	}
	var parts []string
	for _, v := range []any{o.KPI, o.Measure, o.Scope, o.Period, o.Starts, o.Ends, o.Num, o.Den, o.Value, o.N, o.CILo, o.CIHi, o.BoundLo, o.BoundHi,
		o.Pending, o.Excluded, o.State, o.Reason, o.DefinitionHash} {
		parts = append(parts, text(v))
	}
	return strings.Join(parts, " ")
}

// TestIncrementalIsFull brings random facts in random pages, with evaluations in
// between, and in the end every number must be that of a store that was given
// everything at once.
func TestIncrementalIsFull(t *testing.T) {
	defs, err := catalog.Load(catalog.Builtin(), "defs")
	if err != nil {
		t.Fatal(err)
	}
	segments := map[string][]string{}
	for _, d := range defs {
		segments[d.ID] = []string{"plan=team"}
	}
	// settings under which a definition reads its facts by another way
	for _, other := range []struct {
		kpi    string
		params map[string]any
	}{
		{"nrr_influence", map[string]any{"linked": "usage"}},
		{"gross_retention", map[string]any{"linked": "usage"}},
		{"feature_adoption", map[string]any{"access": "product"}},
		{"north_star", map[string]any{"kind": "points", "event": "x0"}},
		{"ticket_rate", map[string]any{"active": "event"}},
	} {
		for _, d := range defs {
			if d.ID != other.kpi {
				continue
			}
			set, err := catalog.Apply(d, other.params)
			if err != nil {
				t.Fatal(err)
			}
			defs = append(defs, set)
		}
	}
	// one way through on PostgreSQL, where every page is a journey to a server
	seeds := []uint64{0, 1}
	if os.Getenv("KPID_TEST_STORE") == "postgres" {
		seeds = seeds[1:] // the one that shows more
	}
	for _, d := range defs {
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			d, err := catalog.Apply(d, ownParams[d.ID])
			if err != nil {
				t.Fatal(err)
			}
			shown := 0
			for _, seed := range seeds {
				shown += incremental(t, []*kpi.Definition{d}, segments, seed)
			}
			if shown < 20 {
				t.Errorf("only %d numbers: the test shows little", shown)
			}
		})
	}
}

func incremental(t *testing.T, defs []*kpi.Definition, segments map[string][]string, seed uint64) (shown int) {
	w := &world{rand.New(rand.NewPCG(seed, 11)), kpi.At(time.Date(2025, 11, 3, 0, 0, 0, 0, time.UTC)), 30, own[defs[0].ID]}
	var specs []*fact.Spec
	for _, name := range readsOf(defs) {
		spec, ok := fact.Find(name)
		if !ok {
			t.Fatalf("no fact %q", name)
		}
		specs = append(specs, spec)
	}
	live, once := newBench(t, defs, segments), newBench(t, defs, segments)
	end := w.from + 500*dayMs
	var all []fact.Row
	for page := range 24 {
		most, from := 60, specs
		if page >= 16 { // one row of a fact that reaches little: nothing else hides a reach that is too short
			most, from = 1, local(specs)
		}
		var rows []fact.Row
		for range 1 + w.IntN(most) {
			rows = append(rows, w.row(from[w.IntN(len(from))]))
		}
		now := w.from + kpi.Millis(w.days)*dayMs
		live.load(now, rows)
		all = append(all, rows...)
		if page >= 16 || w.IntN(3) > 0 {
			live.evaluate(now)
		}
		if page < 16 {
			w.days += w.IntN(30) // only plans lie in the future
		}
	}
	live.evaluate(end)
	once.load(end, all)
	once.evaluate(end)
	want, got := once.newest(), live.newest()
	if diff := append(without("-", want, got), without("+", got, want)...); len(diff) > 0 {
		t.Errorf("seed %d: of %d numbers %d differ (- at once, + step by step):\n%s", seed, len(want), len(diff), strings.Join(diff[:min(20, len(diff))], "\n"))
	}
	return len(want)
}

// local facts reach the periods around them; any of the others reaches so many
// that nothing is seen of what the rest of its page reaches.
func local(specs []*fact.Spec) []*fact.Spec {
	return slices.DeleteFunc(slices.Clone(specs), func(s *fact.Spec) bool {
		return s.Order == "" || s.Name == "account" || s.Name == "account_attribute"
	})
}

// without lists the lines of a that are not in b.
func without(sign string, a, b []string) (out []string) {
	for _, line := range a {
		if _, found := slices.BinarySearch(b, line); !found {
			out = append(out, sign+" "+line)
		}
	}
	return out
}

// readsOf lists the facts behind the relations of some definitions.
func readsOf(defs []*kpi.Definition) []string {
	known := map[string]bool{"account_attribute": false}
	for _, d := range defs {
		for _, f := range d.Facts {
			known[engine.Stored(f)] = true
			known["account_attribute"] = known["account_attribute"] || f == "account"
		}
	}
	var out []string
	for f, used := range known {
		if used {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

// TestLateSignup: a signup that arrives late and lies earlier takes its account
// out of the later cohort it had been counted in.
func TestLateSignup(t *testing.T) {
	defs, err := catalog.Load(catalog.Builtin(), "defs")
	if err != nil {
		t.Fatal(err)
	}
	defs = slices.DeleteFunc(defs, func(d *kpi.Definition) bool { return d.ID != "activation_rate" })
	signup := func(id, account string, month time.Month) fact.Row {
		at := time.Date(2026, month, 10, 12, 0, 0, 0, time.UTC).UnixMilli()
		return storetest.Row(t, "product_event", id, storetest.Values{"account_id": account, "product_id": "flows", "name": "signup", "occurred_at": at, "received_at": at})
	}
	account := func(id string) fact.Row {
		return storetest.Row(t, "account", id, storetest.Values{"created_at": time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC).UnixMilli()})
	}
	first := []fact.Row{account("a"), account("b"), signup("1", "a", time.March), signup("2", "b", time.March)}
	late := []fact.Row{signup("3", "a", time.January)}
	now := kpi.At(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	live, once := newBench(t, defs, nil), newBench(t, defs, nil)
	live.load(now, first)
	live.evaluate(now)
	live.load(now, late)
	live.evaluate(now)
	once.load(now, slices.Concat(first, late))
	once.evaluate(now)
	want, got := once.newest(), live.newest()
	if diff := append(without("-", want, got), without("+", got, want)...); len(diff) > 0 || len(want) == 0 {
		t.Errorf("of %d numbers differ (- at once, + step by step):\n%s", len(want), strings.Join(diff, "\n"))
	}
}

// TestRevenueFoundByUse: where a suite is paid for and the revenue of a scope is
// that of the accounts that used it, a late movement of one product changes the
// numbers of the scopes of another.
func TestRevenueFoundByUse(t *testing.T) {
	defs, err := catalog.Load(catalog.Builtin(), "defs")
	if err != nil {
		t.Fatal(err)
	}
	at := func(month time.Month, day int) int64 {
		return time.Date(2026, month, day, 12, 0, 0, 0, time.UTC).UnixMilli()
	}
	paid := func(id, product string, month time.Month, amount int) fact.Row {
		return storetest.Row(t, "subscription_movement", id, storetest.Values{"account_id": "a", "product_id": product, "subscription_ref": "s",
			"effective_at": at(month, 10), "mrr_delta": amount, "currency": "USD"})
	}
	first := []fact.Row{
		storetest.Row(t, "account", "a", storetest.Values{"created_at": at(time.January, 1)}),
		storetest.Row(t, "product_event", "1", storetest.Values{"account_id": "a", "product_id": "flows", "name": "milestone", "occurred_at": at(time.January, 5), "received_at": at(time.January, 5)}),
		paid("m1", "@company", time.January, 500),
	}
	late := []fact.Row{paid("m2", "boards", time.March, -100)}
	now := kpi.At(time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC))
	for _, id := range []string{"gross_retention", "nrr_influence"} {
		i := slices.IndexFunc(defs, func(d *kpi.Definition) bool { return d.ID == id })
		d, err := catalog.Apply(defs[i], map[string]any{"linked": "usage"})
		if err != nil {
			t.Fatal(err)
		}
		live, once := newBench(t, []*kpi.Definition{d}, nil), newBench(t, []*kpi.Definition{d}, nil)
		live.load(now, first)
		live.evaluate(now)
		live.load(now, late)
		live.evaluate(now)
		once.load(now, slices.Concat(first, late))
		once.evaluate(now)
		want, got := once.newest(), live.newest()
		if diff := append(without("-", want, got), without("+", got, want)...); len(diff) > 0 || len(want) == 0 {
			t.Errorf("%s: of %d numbers differ (- at once, + step by step):\n%s", id, len(want), strings.Join(diff, "\n"))
		}
	}
}
