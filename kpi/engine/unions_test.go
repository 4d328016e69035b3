package engine_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/fact"
)

// homes are the products of the random rows; a scope is any set of them.
var homes = []string{"h0", "h1", "h2", "h3", "h4", "h5"}

// byProduct names the measures that tell products apart on purpose: a scope's
// number is then the sum over its products, not that of one product with all rows.
var byProduct = map[string]string{
	"change_incidents/change_fail_rate":       "a deployment is blamed for an incident of its own product",
	"defect_escape_rate/by_release":           "a bug escaped from a release of its own product",
	"funnel_conversion":                       "the unit is an account and a product",
	"feature_adoption":                        "a capability is used in its own product",
	"triad_health/satisfaction":               "the latest survey of each portfolio counts",
	"triad_health/rating":                     "the newest judgement of each portfolio's leads counts",
	"triad_health/disagreement":               "leads disagree about their own portfolio",
	"pm_engagement_retention/engagement":      "the latest survey of each portfolio counts",
	"pm_engagement_retention/vacancy_rate":    "the newest plan of each portfolio counts",
	"pm_engagement_retention/span_of_control": "the newest plan of each portfolio counts",
}

// TestParentIsUnionOfRows holds every measure of every KPI to one rule: the
// number of a scope is the KPI computed on the union of its rows. A thousand
// random scopes are asked for in one query; the other side is a store in which
// the rows of each set of products were copied into one product of their own.
func TestParentIsUnionOfRows(t *testing.T) {
	defs, err := catalog.Load(catalog.Builtin(), "defs")
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range defs {
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			unionOfRows(t, d, uint64(i))
		})
	}
}

func unionOfRows(t *testing.T, d *kpi.Definition, seed uint64) {
	w := &world{rand.New(rand.NewPCG(seed, 23)), kpi.At(time.Date(2025, 11, 3, 0, 0, 0, 0, time.UTC)), 430, own[d.ID]}
	var rows, copies []fact.Row
	for _, name := range readsOf([]*kpi.Definition{d}) {
		spec, _ := fact.Find(name)
		made := map[string]bool{}
		for range 60 {
			r := w.row(spec)
			if made[r.ID] || spec.Fault(r.Values) != "" {
				continue // a contradiction would be settled twice, in two orders
			}
			made[r.ID] = true
			if i := spec.Index(spec.Product); spec.Product != "" {
				r.Values[i] = homes[w.IntN(len(homes))]
			}
			rows = append(rows, w.balanced(spec, r)...)
		}
	}
	atHome(rows)
	for _, r := range rows {
		spec, _ := fact.Find(r.Fact)
		copies = append(copies, copiesOf(spec, r)...)
	}
	own, joined := newBench(t, []*kpi.Definition{d}, nil), newBench(t, []*kpi.Definition{d}, nil)
	own.loadAll(rows)
	joined.loadAll(copies)
	asOf := w.from + 450*dayMs
	var many, one []engine.Member
	sets := map[int64]int{}
	for scope := range int64(1000) {
		set, segment := 1+w.IntN(1<<len(homes)-1), []string{"all", "all", "plan=team", "plan=solo"}[w.IntN(4)]
		sets[scope] = set
		one = append(one, engine.Member{Scope: scope, Product: union(set), Segment: segment})
		for i, h := range homes {
			if set>>i&1 == 1 {
				many = append(many, engine.Member{Scope: scope, Product: h, Segment: segment})
			}
		}
	}
	periods := own.some(d, w.from, asOf)
	allGot, allWant := own.sums(d, periods, many, asOf), joined.sums(d, periods, one, asOf)
	shown := 0
	for _, m := range d.Measures {
		if byProduct[d.ID+"/"+m.ID] != "" || byProduct[d.ID] != "" {
			shown++ // its own test says what it adds up
			continue
		}
		got, want := allGot[m.ID], allWant[m.ID]
		shown += len(want)
		bad := 0
		for _, key := range keysOf(got, want) {
			if g, w := got[key], want[key]; !alike(g, w) {
				if bad++; bad <= 3 {
					scope := int64(0)
					_, _ = fmt.Sscan(key, &scope)
					t.Errorf("%s, scope %s (products %s):\n  by products %+v\n  on the union %+v", m.ID, key, union(sets[scope]), g, w)
				}
			}
		}
		if bad > 3 {
			t.Errorf("%s: %d of %d numbers differ", m.ID, bad, len(want))
		}
	}
	if shown == 0 {
		t.Error("not one number: the test shows nothing")
	}
}

// balanced turns a movement into a subscription: what an account pays for a
// product is never below nothing, and half of the subscriptions end.
func (w *world) balanced(spec *fact.Spec, r fact.Row) []fact.Row {
	if spec.Name != "subscription_movement" {
		return []fact.Row{r}
	}
	at, delta := spec.Index("effective_at"), spec.Index("mrr_delta")
	amount := 100 * int64(1+w.IntN(9))
	r.Values[delta] = amount
	if w.IntN(2) == 0 {
		return []fact.Row{r}
	}
	end := r
	end.ID, end.Values = r.ID+":end", slices.Clone(r.Values)
	end.Values[delta], end.Values[at] = -amount, r.Values[at].(int64)+int64(1+w.IntN(120))*dayMs
	return []fact.Row{r, end}
}

// some periods of each grain: every ninth week, every third month, all coarser ones.
func (b *bench) some(d *kpi.Definition, from, asOf kpi.Millis) []kpi.Period {
	var out []kpi.Period
	for _, g := range d.Grains {
		for i, p := range b.cal.Between(g, from, asOf) {
			if g == kpi.Week && i%9 == 3 || g == kpi.Month && i%3 == 1 || g != kpi.Week && g != kpi.Month {
				out = append(out, p)
			}
		}
	}
	return out
}

func (b *bench) sums(d *kpi.Definition, periods []kpi.Period, in []engine.Member, asOf kpi.Millis) map[string]map[string]engine.Sums {
	b.Helper()
	out, err := b.engine.SumsOf(b.Context(), d, periods, in, asOf)
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// owners are the facts that a row of another belongs to: they share a product.
var owners = map[string]string{"capability_id": "capability", "journey_id": "journey", "survey_id": "survey",
	"experiment_id": "experiment", "item_id": "work_item", "initiative_id": "initiative"}

// atHome moves every row to the product of the row it belongs to.
func atHome(rows []fact.Row) {
	home := map[[2]string]any{}
	for _, r := range rows {
		if spec, _ := fact.Find(r.Fact); spec.Product != "" {
			home[[2]string{r.Fact, r.ID}] = r.Values[spec.Index(spec.Product)]
		}
	}
	for _, r := range rows {
		spec, _ := fact.Find(r.Fact)
		for column, owner := range owners {
			i := spec.Index(column)
			if spec.Product == "" || i < 0 || r.Values[i] == nil {
				continue
			}
			if product, ok := home[[2]string{owner, r.Values[i].(string)}]; ok {
				r.Values[spec.Index(spec.Product)] = product
			}
		}
	}
}

// union names the product that holds the rows of a set of products.
func union(set int) string { return fmt.Sprintf("u%d", set) }

// references are the columns that name a row which is copied, too.
var references = []string{"capability_id", "journey_id", "survey_id", "question_id", "experiment_id", "item_id", "initiative_id",
	"merged_into", "duplicate_of", "group_ref", "change_ref", "ref", "member_id", "subscription_ref"}

// copiesOf puts a row into the product of every set that holds its own; rows
// without a product follow what they refer to, and accounts are there once.
func copiesOf(spec *fact.Spec, r fact.Row) []fact.Row {
	if spec.Name == "account" || spec.Name == "account_attribute" {
		return []fact.Row{r}
	}
	var out []fact.Row
	for set := 1; set < 1<<len(homes); set++ {
		i := spec.Index(spec.Product)
		if spec.Product != "" && set>>slices.Index(homes, r.Values[i].(string))&1 == 0 {
			continue
		}
		c := r
		c.ID, c.Values = union(set)+":"+r.ID, slices.Clone(r.Values)
		if spec.Product != "" {
			c.Values[i] = union(set)
		}
		for _, name := range references {
			if j := spec.Index(name); j >= 0 && c.Values[j] != nil {
				c.Values[j] = union(set) + ":" + c.Values[j].(string)
			}
		}
		out = append(out, c)
	}
	return out
}

func keysOf(a, b map[string]engine.Sums) []string {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	out := make([]string, 0, len(all))
	for k := range all {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// alike allows for sums in another order.
func alike(a, b engine.Sums) bool {
	near := func(x, y float64) bool {
		return math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-9*math.Max(1, math.Abs(x))
	}
	return near(a.Num, b.Num) && near(a.Den, b.Den) && near(a.Value, b.Value) && near(a.BoundLo, b.BoundLo) && near(a.BoundHi, b.BoundHi) &&
		a.N == b.N && a.Pending == b.Pending && a.Excluded == b.Excluded && a.In == b.In && a.Reason == b.Reason
}
