package sqlsrc_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/ingest/sqlsrc"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/store"
)

const paidKPI = `kpi = 1
id = "paid_orders"
name = "Paid orders"
question = "How many orders were paid in time?"
types = ["outcome"]
cadence = "week"
grains = ["week", "month"]
at = "warehouse"
[[measure]]
id = "rate"
agg = "share"
unit = "%"
direction = "up"
[[measure]]
id = "orders"
agg = "count"
direction = "up"
[params]
window_ms = { type = "span", default = "3d" }
states = { type = "list", default = ["paid", "sent"] }
`

const paidSQL = `SELECT p.id AS period, m.scope AS scope, o.id AS unit,
       CASE WHEN o.state IN (:states) THEN 1 ELSE 0 END AS num, 1 AS den, 1 AS num_orders,
       CASE WHEN o.internal = 1 THEN 'it''s ours: internal?' END AS excluded,
       CASE WHEN o.placed + :window_ms > :as_of THEN 1 ELSE 0 END AS pending
FROM period p
JOIN orders o ON o.placed >= p.starts AND o.placed < p.ends -- not :this ?
JOIN member m ON m.product = o.product AND m.segment = 'all'`

// TestAsk holds that every database gives the totals that Go works out of the same rows,
// and that nothing else comes of them.
func TestAsk(t *testing.T) {
	everyHouse(t, func(t *testing.T, h *house) {
		h.do("CREATE TABLE orders (id VARCHAR(20), product VARCHAR(20), placed BIGINT, state VARCHAR(20), internal INTEGER)")
		random := rand.New(rand.NewSource(3))
		want := map[string]kpi.Total{}
		e, cal, d := asking(t)
		var values []string
		for i := range 400 {
			at := kpi.At(now.Add(-time.Duration(random.Intn(60*24)) * time.Hour))
			product, state, internal := []string{"flows", "forms"}[random.Intn(2)], []string{"paid", "sent", "open"}[random.Intn(3)], random.Intn(5)/4
			values = append(values, fmt.Sprintf("('o%d', '%s', %d, '%s', %d)", i, product, at, state, internal))
			for _, s := range e.Scopes(d.ID) {
				for _, g := range d.Grains {
					if s.Product == "" || s.Product == product {
						p := cal.Containing(g, at)
						add(want, s.ID, p.ID, state != "open", internal == 1, at+3*24*3_600_000 > kpi.At(now))
					}
				}
			}
		}
		h.do("INSERT INTO orders VALUES " + strings.Join(values, ", "))
		w, err := sqlsrc.OpenWarehouse(t.Context(), h.warehouse(h.reader))
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		got, err := e.Ask(t.Context(), d, w, kpi.At(now.AddDate(0, -3, 0)), kpi.At(now))
		if err != nil {
			t.Fatal(err)
		}
		have := map[string]kpi.Total{}
		for _, total := range got.List {
			have[key(total)] = total
		}
		if d := cmp.Diff(want, have); d != "" || len(have) < 100 {
			t.Errorf("%d totals: %s", len(have), d)
		}
	})
}

// TestAskTroubles holds that what the database refuses is told without its address.
func TestAskTroubles(t *testing.T) {
	everyHouse(t, func(t *testing.T, h *house) {
		h.do("CREATE TABLE orders (id VARCHAR(20), product VARCHAR(20), placed BIGINT, state VARCHAR(20), internal INTEGER)")
		e, _, d := asking(t)
		w, err := sqlsrc.OpenWarehouse(t.Context(), h.warehouse(h.reader))
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		ask := func(sql string) error {
			other := *d
			other.Measures = []kpi.Measure{d.Measures[0]}
			other.Measures[0].SQL = sql
			_, err := e.Ask(t.Context(), &other, w, kpi.At(now.AddDate(0, -1, 0)), kpi.At(now))
			return err
		}
		for _, c := range []struct{ sql, want string }{
			{"SELECT absent FROM nowhere", "nowhere"},
			{"SELECT p.id AS period, m.scope AS scope, 'x' AS unit, 1 AS num FROM period p JOIN member m ON 1 = 1", `the SQL returns no column "den"`},
			{"SELECT p.id AS period, m.scope AS scope, 'x' AS unit, 1 AS num, 1 AS den, 'EUR' AS currency FROM period p JOIN member m ON 1 = 1", `the column "currency", which needs every unit here`},
			{paidSQL + " AND o.state = :state", "parameter :state has no value"},
		} {
			if err := ask(c.sql); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), canary) {
				t.Errorf("%.40s: %v, want %s", c.sql, err, c.want)
			}
		}
		if err := ask(paidSQL); err != nil {
			t.Errorf("after the troubles: %v", err)
		}
		if h.dialect == "sqlite" {
			return
		}
		if _, err := sqlsrc.OpenWarehouse(t.Context(), h.warehouse(h.owner)); err == nil || !strings.Contains(err.Error(), "may do more than read") {
			t.Errorf("a user who may write: %v", err)
		}
	})
}

func key(t kpi.Total) string { return fmt.Sprintf("%s %d %s", t.Measure, t.Scope, t.Period) }

// add counts one order for both measures.
func add(to map[string]kpi.Total, scope int64, period string, paid, internal, pending bool) {
	for _, measure := range []string{"rate", "orders"} {
		t := kpi.Total{Cell: kpi.Cell{KPI: "paid_orders", Scope: scope, Period: period}, Measure: measure}
		if have, ok := to[key(t)]; ok {
			t = have
		}
		num := map[bool]float64{true: 1}[paid || measure == "orders"]
		switch {
		case internal:
			t.Excluded++
		default:
			t.Num, t.Den, t.Units = t.Num+num, t.Den+1, t.Units+1
			t.Nonzero += int64(num)
			if pending && num == 0 {
				t.Pending++
			}
		}
		to[key(t)] = t
	}
}

// warehouse is the source of a house, for questions only.
func (h *house) warehouse(dsn string) sqlsrc.Config {
	h.t.Helper()
	m, err := manifest.Parse("house.toml", []byte("kpid = 1\nid = \"house\"\n[sql]\ndialect = \""+h.dialect+"\"\n"))
	if err != nil {
		h.t.Fatal(err)
	}
	return sqlsrc.Config{Source: "house", Manifest: m, DSN: dsn, Config: mapping.Config{Now: kpi.At(now), Zone: time.UTC, Key: []byte("0123456789abcdef")}}
}

// asking is an engine with one KPI that is computed elsewhere.
func asking(t *testing.T) (*engine.Engine, kpi.Calendar, *kpi.Definition) {
	t.Helper()
	defs, err := catalog.LoadAll(catalog.Root{FS: fstest.MapFS{
		"outcome/paid_orders/kpi.toml": {Data: []byte(paidKPI)}, "outcome/paid_orders/kpi.sql": {Data: []byte(paidSQL)},
	}, Origin: "kpis", Own: true})
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	cal := kpi.Calendar{Zone: zone, WeekStarts: time.Monday, FiscalStart: 1}
	s, err := store.Open(t.Context(), store.Config{DSN: "sqlite:" + t.TempDir() + "/kpid.db", Now: func() kpi.Millis { return kpi.At(now) }, Calendar: cal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	e, err := engine.New(t.Context(), engine.Config{Store: s, Definitions: defs, Calendar: cal,
		Tree:       kpi.Tree{Portfolios: []kpi.Portfolio{{ID: "all"}, {ID: "core", Parent: "all"}}, Products: []kpi.Product{{ID: "flows", Portfolio: "core"}, {ID: "forms", Portfolio: "core"}}},
		Rate:       func(string, kpi.Millis) (int64, bool) { return 1_000_000, true },
		Currencies: []string{"USD"}})
	if err != nil {
		t.Fatal(err)
	}
	return e, cal, defs[0]
}
