package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const paidToml = `kpi = 1
id = "paid_orders"
name = "Paid orders"
question = "How many orders were paid?"
types = ["outcome"]
cadence = "week"
grains = ["week", "month"]
at = "warehouse"
reread = "3w"
history = "26w"
[[measure]]
id = "rate"
agg = "share"
unit = "%"
direction = "up"
[params]
state = { type = "text", default = "paid" }
`

const paidSQL = `SELECT p.id AS period, m.scope AS scope, o.id AS unit, CASE WHEN o.state = :state THEN 1 ELSE 0 END AS num, 1 AS den
FROM period p
JOIN orders o ON o.placed >= p.starts AND o.placed < p.ends
JOIN member m ON m.product = o.product AND m.segment = 'all'
`

// TestWarehouseKPI holds that a KPI that is computed in a database is judged like any
// other: from sums that came home, restated when they change, and untouched while nobody
// can be asked.
func TestWarehouseKPI(t *testing.T) {
	s := newShop(t, "[catalog]\ndirs = [\"kpis\"]\n[[scorecard]]\nportfolio = \"core\"\n[[target]]\nkpi = \"paid_orders\"\nexpr = \"level >= 50 %\"\n")
	write(t, filepath.Join(s.dir, "kpis", "outcome", "paid_orders", "kpi.toml"), paidToml)
	write(t, filepath.Join(s.dir, "kpis", "outcome", "paid_orders", "kpi.sql"), paidSQL)
	write(t, filepath.Join(s.dir, "shop.toml"), "kpid = 1\nid = \"shop\"\n[sql]\ndialect = \"sqlite\"\n")
	// three of four of week 37 paid, one of week 36, and one of January
	s.exec(`CREATE TABLE orders (id TEXT, product TEXT, placed INTEGER, state TEXT);
		INSERT INTO orders VALUES ('a', 'app', 1788825600000, 'paid'), ('b', 'app', 1788825600000, 'paid'), ('c', 'app', 1788912000000, 'paid'), ('d', 'app', 1788912000000, 'open'),
		('e', 'app', 1788220800000, 'open'), ('f', 'app', 1767607200000, 'paid')`)
	s.says(s.kpid(0, "check"), "is valid")
	s.says(s.kpid(0, "ingest"), "shop: 6 records, 6 new")
	weeks := "SELECT period, num, den FROM observation o WHERE kpi = 'paid_orders' AND period LIKE '%W%' AND scope_id = (SELECT id FROM scope WHERE portfolio = 'core' AND product = '' AND segment = 'all') ORDER BY period, revision"
	s.rows(weeks, "2026-W36|0|1", "2026-W37|3|4")
	s.says(s.kpid(0, "explain", "paid_orders", "--portfolio", "core", "--period", "2026-W37"), "3 ÷ 4 = 75%", `the units of paid_orders stay in the database of the source "shop"`)
	s.says(s.kpid(0, "ingest"), "shop: nothing new (6 records, 6 the same)")

	// a late row and one that went: both weeks are restated, and only they
	s.exec("INSERT INTO orders VALUES ('g', 'app', 1788220800000, 'paid'); DELETE FROM orders WHERE id IN ('a', 'f')")
	s.says(s.kpid(0, "ingest"), "changed")
	s.rows(weeks, "2026-W36|0|1", "2026-W36|1|2", "2026-W37|3|4", "2026-W37|2|3")

	// another question waits for its answer
	write(t, filepath.Join(s.dir, "kpis", "outcome", "paid_orders", "kpi.sql"), strings.Replace(paidSQL, "1 AS den", "2 AS den", 1))
	s.kpid(0, "evaluate")
	s.rows(weeks, "2026-W36|0|1", "2026-W36|1|2", "2026-W37|3|4", "2026-W37|2|3")
	s.exec("ALTER TABLE orders RENAME TO moved")
	out := s.kpid(0, "ingest")
	s.says(out, "KPI paid_orders: measure rate: no such table: orders")
	s.exec("ALTER TABLE moved RENAME TO orders")
	s.kpid(0, "ingest")
	s.rows(weeks, "2026-W36|0|1", "2026-W36|1|2", "2026-W36|1|4", "2026-W37|3|4", "2026-W37|2|3", "2026-W37|2|6")

	write(t, filepath.Join(s.dir, "shop.toml"), shopManifest)
	s.says(s.kpid(0, "ingest"), "shop: ", "rejected")
}

// rows compares the rows of a statement over the store.
func (s *shop) rows(statement string, want ...string) {
	s.Helper()
	db, err := database(s.dsn)
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	got, err := query(db, statement)
	if err != nil {
		s.Fatal(err)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		s.Errorf("%s\ngot  %v\nwant %v", statement, got, want)
	}
}

func TestWarehouseMistakes(t *testing.T) {
	s := newShop(t, "[catalog]\ndirs = [\"kpis\"]\n[kpi.paid_orders]\nsource = \"shopp\"\n[kpi.ticket_rate]\nsource = \"shop\"\n")
	write(t, filepath.Join(s.dir, "kpis", "outcome", "paid_orders", "kpi.toml"), paidToml)
	write(t, filepath.Join(s.dir, "kpis", "outcome", "paid_orders", "kpi.sql"), paidSQL)
	s.says(s.kpid(1, "check"), `[kpi.paid_orders] source: there is no enabled source "shopp" with connector = "sql"; there are: shop`,
		"[kpi.ticket_rate] source: the KPI is computed from stored facts")
	write(t, filepath.Join(s.dir, "kpis", "outcome", "paid_orders", "kpi.toml"), strings.NewReplacer(`at = "warehouse"`, "at = \"warehouse\"\nfacts = [\"ticket\"]", `"share"`, `"median"`, `"3w"`, `"soon"`).Replace(paidToml))
	s.says(s.kpid(1, "check"), "kpi.toml:9:1: kpi \"paid_orders\": facts is for a KPI that reads stored facts", `has agg "median", which needs every unit; a warehouse gives sums only`, "reread is no span")
}
