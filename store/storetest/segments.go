package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

const (
	step  = int64(86_400_000)
	steps = 12 // the model looks at as many instants
)

// attribute as the model holds it, by row id.
type attribute struct {
	account, name, value string
	from, to             int64
	gone                 bool
}

// segmentModel changes random attributes in random pages and asks, instant by
// instant, whether an account is in a segment exactly when its attributes say so.
func segmentModel(b *bench) {
	random := rand.New(rand.NewPCG(5, 9))
	rules := []kpi.SegmentRule{
		{ID: "big", Where: map[string][]string{"size": {"l", "xl"}}},
		{ID: "big-team", Where: map[string][]string{"size": {"l", "xl"}, "plan": {"team"}}},
		{ID: "nobody", Where: map[string][]string{"plan": {"none"}}},
	}
	base := int64(noon(time.January, 1))
	values := map[string][]string{"plan": {"team", "solo"}, "size": {"s", "l", "xl"}}
	held := map[string]attribute{}
	accounts := map[string]bool{}
	for range 30 {
		var rows []fact.Row
		for range 1 + random.IntN(12) {
			a := attribute{account: fmt.Sprintf("a%d", random.IntN(6)), name: []string{"plan", "size"}[random.IntN(2)], gone: random.IntN(6) == 0}
			a.value = values[a.name][random.IntN(len(values[a.name]))]
			a.from = base + step*int64(random.IntN(steps))
			a.to = base + step*int64(random.IntN(steps))
			if random.IntN(3) == 0 {
				a.to = int64(kpi.Forever)
			}
			id := fmt.Sprintf("r%d", random.IntN(60))
			held[id], accounts[a.account] = a, true
			r := Row(b, "account_attribute", id, Values{"account_id": a.account, "name": a.name, "value": a.value, "valid_from": int(a.from), "valid_to": int(a.to)})
			if a.gone {
				r.Gone = &a.from
			}
			rows = append(rows, r)
		}
		Load(b, b.store, store.SinkConfig{Segments: rules}, "test", rows...)
	}
	b.load(b.account("bare", version{"a", 1, 0}))
	accounts["bare"] = true
	b.sameSegments(held, accounts, rules, base)

	rules = []kpi.SegmentRule{{ID: "big", Where: map[string][]string{"size": {"xl"}}}, {ID: "small", Where: map[string][]string{"size": {"s"}}}}
	if err := b.store.RebuildSegments(b.Context(), rules); err != nil {
		b.Fatal(err)
	}
	b.sameSegments(held, accounts, rules, base)
}

// sameSegments compares account_segment with the attributes at every instant,
// and holds its spans to be in order, apart and not empty.
func (b *bench) sameSegments(held map[string]attribute, accounts map[string]bool, rules []kpi.SegmentRule, base int64) {
	b.Helper()
	has := func(account, name string, values []string, at int64) bool {
		for _, a := range held {
			if !a.gone && a.from <= a.to && a.account == account && a.name == name && slices.Contains(values, a.value) && a.from <= at && at < a.to {
				return true
			}
		}
		return false
	}
	for i := range int64(steps) + 1 {
		at := base + step*i
		want := []string{}
		for account := range accounts {
			want = append(want, account+"|all")
			for _, s := range []struct{ name, value string }{{"plan", "team"}, {"plan", "solo"}, {"size", "s"}, {"size", "l"}, {"size", "xl"}} {
				if has(account, s.name, []string{s.value}, at) {
					want = append(want, account+"|"+s.name+"="+s.value)
				}
			}
			for _, r := range rules {
				in := true
				for name, values := range r.Where {
					in = in && has(account, name, values, at)
				}
				if in {
					want = append(want, account+"|"+r.ID)
				}
			}
		}
		got := Select(b, b.store, "SELECT account_id, segment FROM account_segment WHERE valid_from <= ? AND ? < valid_to", at, at)
		sort.Strings(want)
		sort.Strings(got)
		equal(b, fmt.Sprintf("segments on day %d", i), got, want)
	}
	b.want("SELECT account_id, segment, valid_from FROM account_segment WHERE valid_from >= valid_to")
	b.want(`SELECT s.account_id, s.segment, s.valid_from FROM account_segment s JOIN account_segment o
		ON o.account_id = s.account_id AND o.segment = s.segment AND o.valid_from > s.valid_from AND o.valid_from <= s.valid_to`)
}

// flatAttributes: a source that knows only today's value.
func flatAttributes(b *bench) {
	created := noon(time.January, 1)
	bring := func(v version, plan string) {
		b.Helper()
		r := b.account("acme", v)
		r.Attribute = map[string]string{"plan": plan}
		b.load(r)
	}
	spans := func(lines ...string) {
		b.Helper()
		b.want("SELECT segment, (valid_from - "+fmt.Sprint(int64(created))+") / 3600000, CASE WHEN valid_to = 9007199254740991 THEN -1 ELSE (valid_to - "+fmt.Sprint(int64(created))+
			") / 3600000 END FROM account_segment WHERE segment <> 'all' ORDER BY valid_from", lines...)
	}
	at := func(hours int64) { b.now = created + kpi.Millis(hours*3_600_000) }
	at(10)
	bring(version{"a", 1, 0}, "solo")
	spans("plan=solo|0|-1") // the first one seen reaches back
	at(20)
	bring(version{"a", 2, 0}, "solo")
	spans("plan=solo|0|-1")
	at(30)
	bring(version{"a", 3, 0}, "team") // the row itself is the same
	spans("plan=solo|0|30", "plan=team|30|-1")
	bring(version{"a", 4, 0}, "corp") // once more in the same instant
	spans("plan=solo|0|30", "plan=corp|30|-1")
	at(40)
	bring(version{"b", 5, 0}, "solo")
	spans("plan=solo|0|30", "plan=corp|30|40", "plan=solo|40|-1")
	at(50)
	bring(version{"c", 2, 0}, "old") // an older version says nothing about today
	spans("plan=solo|0|30", "plan=corp|30|40", "plan=solo|40|-1")

	// rows of one page share their backing array with those of the next
	all := []fact.Row{b.account("x", version{"x", 1, 0}), b.account("y", version{"y", 1, 0})}
	all[0].Attribute = map[string]string{"plan": "solo"}
	b.load(all[:1]...)
	equal(b, "the row after the page", all[1].ID, "y")
}
