package sqlsrc_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/sqlsrc"
)

// tickets makes a table with n rows, a minute apart up to an hour before now.
func (h *house) tickets(n int) {
	h.t.Helper()
	kind := map[string]string{"sqlite": "DATETIME", "postgres": "TIMESTAMPTZ", "mysql": "TIMESTAMP(3) NULL"}[h.dialect]
	h.do("CREATE TABLE tickets (id INTEGER PRIMARY KEY, account VARCHAR(20), product VARCHAR(20), created " + kind + ", updated " + kind + ", status VARCHAR(20), topic VARCHAR(200))")
	if h.dialect == "mysql" {
		h.do("SET GLOBAL time_zone = '+00:00'")
	}
	for i := range n {
		h.ticket(i, now.Add(-time.Hour-time.Duration(n-i)*time.Minute))
	}
}

func (h *house) ticket(id int, at time.Time) {
	h.t.Helper()
	text := at.UTC().Format("2006-01-02 15:04:05")
	if h.dialect == "postgres" {
		text += "+00"
	}
	h.do(fmt.Sprintf("INSERT INTO tickets VALUES (%d, 'A%d', 'Flows', '%s', '%s', 'open', 'Grün''s \"topic\"')", id, id, text, text))
}

const all = "SELECT id, account, product, created, updated, status, topic FROM tickets ORDER BY id"

// A query is read page by page, each row once, and again without anything new.
func TestRead(t *testing.T) {
	everyHouse(t, func(t *testing.T, h *house) {
		h.tickets(25)
		sink := &ingesttest.Sink{}
		rep := h.run(sink, stream(all, ""), func(c *sqlsrc.Config) { c.Limits.PageRows = 10 })
		rows := sink.Rows("ticket")
		if rep.Err != nil || !rep.Summary.Complete || len(rows) != 25 || rep.Summary.Pages < 4 || len(sink.Rejected) != 0 {
			t.Fatalf("%v %q, %d rows on %d pages, %+v", rep.Err, rep.Summary.Message, len(rows), rep.Summary.Pages, sink.Rejected)
		}
		if at := *rows[0].UpdatedAt; at != now.Add(-time.Hour-25*time.Minute).UnixMilli() {
			t.Errorf("the first changed at %s", time.UnixMilli(at).UTC())
		}
		if rep := h.run(sink, stream(all, "")); rep.Counts.New+rep.Counts.Changed != 0 || rep.Counts.Duplicates != 25 {
			t.Errorf("read again, it brings %+v", rep.Counts)
		}
	})
}

// A filter asks from a little before the newest it saw.
func TestFilter(t *testing.T) {
	const cursor = `cursor = { kind = "filter", field = "updated", start = "400d", overlap = "90s" }`
	everyHouse(t, func(t *testing.T, h *house) {
		h.tickets(20)
		sink := &ingesttest.Sink{}
		query := strings.Replace(all, "ORDER", "WHERE updated >= :since AND updated < :until -- not :this ?\nORDER", 1)
		if rep := h.run(sink, stream(query, cursor)); rep.Counts.New != 20 {
			t.Fatalf("%v %q %+v", rep.Err, rep.Summary.Message, rep.Counts)
		}
		h.ticket(100, now.Add(-time.Hour))
		if rep := h.run(sink, stream(query, cursor)); rep.Counts.New != 1 || rep.Counts.Records != 3 {
			t.Errorf("%v %q %+v, want the new one and what lies 90 s before the last", rep.Err, rep.Summary.Message, rep.Counts)
		}
	})
}

// Whatever a query says, the database lets nothing be written; and a user who could
// is refused before anything is asked.
func TestNothingIsWritten(t *testing.T) {
	everyHouse(t, func(t *testing.T, h *house) {
		h.tickets(3)
		writes := []string{"WITH x AS (SELECT 1) DELETE FROM tickets", "SELECT 1; DELETE FROM tickets"}
		switch h.dialect {
		case "postgres":
			h.do("CREATE FUNCTION wipe() RETURNS INTEGER LANGUAGE sql AS 'DELETE FROM tickets; SELECT 1'")
			writes = append(writes[:1], "SELECT wipe()", "WITH gone AS (DELETE FROM tickets RETURNING id) SELECT id FROM gone")
		case "sqlite":
			writes = []string{"WITH x AS (SELECT 1) DELETE FROM tickets", "SELECT load_extension('x')"}
		case "mysql":
			writes = []string{"WITH x AS (SELECT 1) DELETE FROM tickets", "SELECT id FROM tickets INTO OUTFILE '/tmp/kpid-stolen'"}
		}
		for _, q := range writes {
			if strings.Contains(q, ";") {
				continue // refused by the manifest
			}
			sink := &ingesttest.Sink{}
			if rep := h.run(sink, stream(q, "")); rep.Err == nil {
				t.Errorf("%s is let through", q)
			}
		}
		var n int
		if err := h.admin.QueryRow("SELECT COUNT(*) FROM tickets").Scan(&n); err != nil || n != 3 {
			t.Errorf("%d tickets are left, %v", n, err)
		}
		if h.dialect == "sqlite" {
			return
		}
		rep := h.run(&ingesttest.Sink{}, stream(all, ""), func(c *sqlsrc.Config) { c.DSN = h.owner })
		if rep.Err == nil || !strings.Contains(rep.Err.Error(), "may do more than read") {
			t.Errorf("a user who may write: %v", rep.Err)
		}
	})
}

// A user with one right too many is told which.
func TestOneRightTooMany(t *testing.T) {
	everyHouse(t, func(t *testing.T, h *house) {
		h.tickets(1)
		want := "the table public.tickets"
		switch h.dialect {
		case "sqlite":
			t.Skip("a file has no users; the authorizer lets nothing but reading through")
		case "postgres":
			h.do("GRANT UPDATE ON tickets TO PUBLIC")
		case "mysql":
			h.do("GRANT INSERT (status) ON company.tickets TO reader@localhost")
			want = "INSERT"
		}
		if rep := h.run(&ingesttest.Sink{}, stream(all, "")); rep.Err == nil || !strings.Contains(rep.Err.Error(), want) {
			t.Errorf("%v, want %s", rep.Err, want)
		}
	})
}

// Decimals keep every digit, times their zone or its absence, JSON its structure; a
// null is missing; bytes that are no text put their row aside and no other.
func TestTypes(t *testing.T) {
	everyHouse(t, func(t *testing.T, h *house) {
		kinds := map[string][4]string{
			"sqlite": {"TEXT", "TEXT", "TEXT", "BLOB"}, "postgres": {"NUMERIC(30,10)", "TIMESTAMP", "JSONB", "BYTEA"}, "mysql": {"DECIMAL(30,10)", "DATETIME(3)", "JSON", "BLOB"},
		}[h.dialect]
		h.do(fmt.Sprintf("CREATE TABLE points (id INTEGER, amount %s, at %s, more %s, raw %s)", kinds[0], kinds[1], kinds[2], kinds[3]),
			`INSERT INTO points VALUES (1, '90071992547409.9300000001', '2026-07-01 12:00:00', '{"n": 7}', NULL)`)
		text := `[[stream]]
id = "points"
query = "SELECT id, amount, at, more, raw FROM points ORDER BY id"
key = ["id"]
[[stream.emit]]
fact = "metric_point"
[stream.emit.set]
product_id = { const = "flows" }
name = { const = "x" }
starts_at = { path = "at", time = "2006-01-02T15:04:05" }
ends_at = { path = "at", time = "2006-01-02T15:04:05", plus_days = 1 }
num = { path = "amount", as = "number" }
segment = { path = "raw", optional = true }
`
		if h.dialect == "sqlite" {
			text = strings.ReplaceAll(text, "2006-01-02T15", "2006-01-02 15")
		}
		if h.dialect != "sqlite" {
			text += "n = { path = \"more.n\", as = \"int\" }\n"
		}
		if h.dialect == "mysql" { // MariaDB keeps JSON as a text
			text = strings.Replace(text, "n = { path = \"more.n\", as = \"int\" }\n", "", 1)
		}
		sink := &ingesttest.Sink{}
		if rep := h.run(sink, text); rep.Err != nil || len(sink.Rejected) > 0 {
			t.Fatalf("%v %q %+v", rep.Err, rep.Summary.Message, sink.Rejected)
		}
		row := sink.Rows("metric_point")[0]
		berlin := time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC).UnixMilli()
		if row.Values[2] != berlin || row.Values[5] != 90071992547409.93 {
			t.Errorf("%v", row.Values)
		}
		bytes := map[string]string{"sqlite": "X'ff00'", "postgres": `'\xff00'`, "mysql": "X'ff00'"}[h.dialect]
		h.do("INSERT INTO points SELECT 2, amount, at, more, " + bytes + " FROM points")
		rep := h.run(sink, text)
		if rep.Result != ingest.Partial || len(sink.Rejected) != 1 || sink.Rejected[0].Locator != "points:2" || !strings.Contains(sink.Rejected[0].Found, "raw holds bytes") {
			t.Errorf("%s %+v", rep.Result, sink.Rejected)
		}
	})
}

// Mistakes name the stream and the column; a query that hangs is stopped by its time;
// one stream's trouble stops no other.
func TestTroubles(t *testing.T) {
	everyHouse(t, func(t *testing.T, h *house) {
		h.tickets(2)
		slow := map[string]string{
			"sqlite":   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS id FROM n",
			"postgres": "SELECT pg_sleep(600) AS id", "mysql": "SELECT SLEEP(600) AS id, account, product, created, updated, status, topic FROM tickets",
		}[h.dialect]
		for query, want := range map[string]string{
			"SELECT id FROM nowhere":                                     "nowhere",
			"SELECT id, account, product, created, updated FROM tickets": `stream tickets: the query gives no column "status"; it gives id, account, product, created, updated`,
			"SELECT id, id FROM tickets":                                 `gives the column "id" twice`,
			slow:                                                         "took longer than 200ms",
		} {
			rep := h.run(&ingesttest.Sink{}, stream(query, ""), func(c *sqlsrc.Config) { c.Limits.Query = 200 * time.Millisecond })
			if rep.Result != ingest.Failed || !strings.Contains(fmt.Sprint(rep.Err), want) {
				t.Errorf("%s: %s %v, want %s", query, rep.Result, rep.Err, want)
			}
		}
		both := stream("SELECT id FROM nowhere", "") + strings.Replace(stream(all, ""), `id = "tickets"`, `id = "second"`, 1)
		sink := &ingesttest.Sink{}
		if rep := h.run(sink, both); rep.Result != ingest.Partial || len(sink.Rows("ticket")) != 2 || !strings.Contains(rep.Summary.Message, "stream tickets") {
			t.Errorf("%s %v %q", rep.Result, rep.Err, rep.Summary.Message)
		}
		if h.dialect == "sqlite" {
			return
		}
		rep := h.run(sink, stream(all, ""), func(c *sqlsrc.Config) { c.DSN = strings.Replace(c.DSN, canary, canary+"x", 1) })
		if h.dialect == "mysql" && (rep.Err == nil || !strings.Contains(rep.Err.Error(), "cannot be reached")) {
			t.Errorf("a wrong password: %v", rep.Err)
		}
	})
}
