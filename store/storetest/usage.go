package storetest

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kpid/kpid/kpi/fact"
)

// edges are instants around which a local day begins, those of the days on
// which Berlin's clocks change among them.
func edges(zone *time.Location) (out []int64) {
	for _, d := range []time.Time{
		time.Date(2026, 1, 1, 0, 0, 0, 0, zone), time.Date(2026, 3, 29, 0, 0, 0, 0, zone), time.Date(2026, 3, 30, 0, 0, 0, 0, zone),
		time.Date(2026, 7, 1, 0, 0, 0, 0, zone), time.Date(2026, 10, 25, 0, 0, 0, 0, zone), time.Date(2026, 10, 26, 0, 0, 0, 0, zone),
	} {
		out = append(out, d.UnixMilli())
	}
	return out
}

// usageModel changes random events in random pages and compares usage_day with
// a recount of the events, in the zone it was folded in and in another one.
func usageModel(b *bench) {
	b.in("Europe/Berlin")
	random := rand.New(rand.NewPCG(3, 1))
	pick := func(of ...any) any { return of[random.IntN(len(of))] }
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	starts := edges(berlin)
	for range 25 {
		var rows []fact.Row
		for range 1 + random.IntN(40) {
			at := starts[random.IntN(len(starts))] + []int64{-3_600_000, -1, 0, 1, 7_200_000, 80_000_000}[random.IntN(6)]
			r := b.event(fmt.Sprintf("e%d", random.IntN(250)), Values{
				"account_id": pick("acme", "beta", nil), "product_id": pick("flows", "forms"), "name": pick("signup", "milestone"),
				"user_id": pick("u", nil), "occurred_at": int(at), "quantity": float64(random.IntN(5)),
				"success": pick(1, 1, 0), "is_bot": pick(0, 0, 0, 1),
			})
			if random.IntN(8) == 0 {
				r.Gone = ptr(at)
			}
			rows = append(rows, r)
		}
		b.load(rows...)
	}
	b.sameUsage("Europe/Berlin")
	if n := Select(b, b.store, "SELECT COUNT(*) FROM fact_revision WHERE fact = 'product_event'")[0]; n == "0" {
		b.Fatal("no event changed: the test shows nothing")
	}
	b.in("America/New_York")
	if err := b.store.RebuildUsage(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.sameUsage("America/New_York")
	// folding goes on in the new zone
	b.load(b.event("late", Values{"occurred_at": int(starts[1])}), b.event("e1", Values{"quantity": 9.0}))
	b.sameUsage("America/New_York")
}

// usageMoves corrects an event in a run that never meets the words it had before.
func usageMoves(b *bench) {
	b.load(b.event("e1", nil), b.event("e2", nil))
	b.load(b.event("e1", Values{"account_id": "beta", "product_id": "forms", "name": "signup"}))
	b.want("SELECT product_id, name, account_id, uses FROM usage_day ORDER BY product_id", "flows|milestone|acme|1", "forms|signup|beta|1")
	b.sameUsage("UTC")
}

// sameUsage recounts the events by the zone's own clock.
func (b *bench) sameUsage(zone string) {
	b.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		b.Fatal(err)
	}
	type cell struct {
		uses, successes, first, last, firstSuccess int64
		quantity, successQuantity                  float64
	}
	cells := map[string]*cell{}
	err = b.store.Query(b.Context(), "SELECT account_id, product_id, name, occurred_at, quantity, success FROM product_event WHERE is_bot = 0", nil, func(scan func(...any) error) error {
		var account *string
		var product, name string
		var at, success int64
		var quantity float64
		if err := scan(&account, &product, &name, &at, &quantity, &success); err != nil {
			return err
		}
		who := "-"
		if account != nil {
			who = *account
		}
		local := time.UnixMilli(at).In(location)
		day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400
		key := fmt.Sprintf("%d|%s|%s|%s", day, product, name, who)
		c := cells[key]
		if c == nil {
			c = &cell{first: at, last: at}
			cells[key] = c
		}
		c.uses++
		c.quantity += quantity
		c.first, c.last = min(c.first, at), max(c.last, at)
		if success == 1 {
			if c.successes == 0 || at < c.firstSuccess {
				c.firstSuccess = at
			}
			c.successes++
			c.successQuantity += quantity
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	want := []string{}
	for key, c := range cells {
		firstSuccess := "-"
		if c.successes > 0 {
			firstSuccess = fmt.Sprint(c.firstSuccess)
		}
		want = append(want, fmt.Sprintf("%s|%d|%d|%v|%v|%d|%s|%d", key, c.uses, c.successes, c.quantity, c.successQuantity, c.first, firstSuccess, c.last))
	}
	sort.Strings(want)
	got := Select(b, b.store, "SELECT day, product_id, name, account_id, uses, successes, quantity, success_quantity, first_at, first_success_at, last_at FROM usage_day")
	sort.Strings(got)
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("usage_day in %s (-want +got):\n%s", zone, diff)
	}
}

// faults: an impossible row is kept out of what KPI SQL reads until the source
// corrects it; an id nobody knows is no fault at all.
func faults(b *bench) {
	b.load(b.ticket("t1", Values{"account_id": "nobody", "solved_at": noon(time.June, 1)}),
		b.ticket("t2", Values{"account_id": "nobody", "product_id": "nothing"}))
	b.want("SELECT id, fault FROM ticket_row ORDER BY id", "t1|end_before_start", "t2|-")
	b.want("SELECT id FROM ticket ORDER BY id", "t2")
	equal(b, "correction", b.load(b.ticket("t1", Values{"account_id": "nobody", "solved_at": noon(time.July, 2)})).Changed, 1)
	b.want("SELECT id FROM ticket ORDER BY id", "t1", "t2")
	b.want("SELECT id FROM ticket_row WHERE fault IS NOT NULL")
	// and it falls ill again
	b.load(b.ticket("t1", Values{"solved_at": noon(time.June, 2)}))
	b.want("SELECT id FROM ticket ORDER BY id", "t2")
}
