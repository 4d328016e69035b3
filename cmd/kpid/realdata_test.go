package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kpid/kpid/store/storetest"
)

// TestRealData runs examples/realdata as a user would and works out each number
// once more from the raw files, by nothing that kpid computes with.
func TestRealData(t *testing.T) {
	root := os.Getenv("KPID_REALDATA")
	if root == "" {
		t.Skip("KPID_REALDATA is not set: no number is compared with data found in the wild")
	}
	dir, dsn := t.TempDir(), storetest.DSN(t)
	for _, name := range []string{"config.toml", "sprints.toml", "subscriptions.toml", "tickets.toml", "incidents.toml"} {
		text, err := os.ReadFile(filepath.Join("../../examples/realdata", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), strings.ReplaceAll(string(text), "sqlite:../../var/realdata.db", dsn))
	}
	printed := new(bytes.Buffer)
	kpid := func(args ...string) string {
		out := new(bytes.Buffer)
		if status := run(context.Background(), append(args, "--config", filepath.Join(dir, "config.toml")), terminal{out: out, err: printed}); status != 0 {
			t.Fatalf("kpid %s ended with %d:\n%s", strings.Join(args, " "), status, printed)
		}
		return out.String()
	}
	kpid("ingest")
	db := openDatabase(t, dsn)
	const july = "2026-07" // a constant of the manifest: the files have no dates

	sprints := map[string]sprintSum{}
	var bad []string
	for _, board := range []string{"apache", "jira"} {
		file := board + "_iteration_0.csv"
		sum, lines := readSprints(t, filepath.Join(root, "sprints", file))
		sprints[board] = sum
		for _, l := range lines {
			bad = append(bad, fmt.Sprintf("sprints|sprints/%s:%d", file, l))
		}
	}
	sprints[""] = sprints["apache"].plus(sprints["jira"])
	for product, want := range sprints {
		same(t, "roadmap_predictability of "+product, observed(t, db, "roadmap_predictability", "value", "sprints", product, july),
			map[string]string{july: fmt.Sprintf("%d/%d n %d excluded %d", want.delivered, want.promised, want.n, want.nothing)})
	}
	got := rows(t, db, "SELECT source, locator FROM rejected_record")
	slices.Sort(got)
	slices.Sort(bad)
	same(t, "rejected lines", got, bad)

	same(t, "nrr_influence", observed(t, db, "nrr_influence", "nrr", "revenue", "", "____-Q_"), retention(t, filepath.Join(root, "mrr-playbook/subscription_periods.csv")))

	sameClasses(t, db, monthClasses(t, root))

	// every ticket is there, and without accounts there is no rate
	months := map[string]int{}
	for _, ms := range rows(t, db, "SELECT created_at FROM ticket") {
		at, err := strconv.ParseInt(ms, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		months[time.UnixMilli(at).UTC().Format("2006-01")]++
	}
	same(t, "tickets a month", months, cases(t, filepath.Join(root, "tickets/bpi13_incidents_event_log.csv")))
	same(t, "ticket_rate", observed(t, db, "ticket_rate", "rate", "desk", "", "%"), map[string]string{})
	var desk struct{ KPIs []map[string]any }
	if err := json.Unmarshal([]byte(kpid("evaluate", "--portfolio", "desk", "--json")), &desk); err != nil {
		t.Fatal(err)
	}
	for _, row := range desk.KPIs {
		if row["id"] == "ticket_rate" && (row["status"] != "no_data" || row["value"] != nil) {
			t.Errorf("ticket_rate of the desk is %v, %v; without accounts it is no data", row["status"], row["value"])
		}
	}

	same(t, "change_incidents", observed(t, db, "change_incidents", "count", "status", "", "____-__"), severe(t, filepath.Join(root, "incidents/github_incidents_2023_2026.csv")))
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (- from the files, + kpid):\n%s", what, diff)
	}
}

// observed gives the stored numbers of the periods that are like a pattern.
func observed(t *testing.T, db *sql.DB, kpi, measure, portfolio, product, periods string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, row := range rows(t, db, fmt.Sprintf(`SELECT o.period, o.num, o.den, o.n, o.excluded FROM observation_now o JOIN scope s ON s.id = o.scope_id
		WHERE o.kpi = '%s' AND o.measure = '%s' AND s.portfolio = '%s' AND s.product = '%s' AND s.segment = 'all' AND o.period LIKE '%s'`,
		kpi, measure, portfolio, product, periods)) {
		c := strings.Split(row, "|")
		if strings.Contains(periods, "-__") && strings.ContainsAny(c[0], "QHW") {
			continue
		}
		if c[2] == "_" {
			out[c[0]] = c[1]
			continue
		}
		out[c[0]] = fmt.Sprintf("%s/%s n %s excluded %s", c[1], c[2], c[3], c[4])
	}
	return out
}

type sprintSum struct{ delivered, promised, n, nothing int }

func (s sprintSum) plus(o sprintSum) sprintSum {
	return sprintSum{s.delivered + o.delivered, s.promised + o.promised, s.n + o.n, s.nothing + o.nothing}
}

// readSprints adds up a file of sprints, each capped at what it promised, and
// gives the lines that do not have as many fields as the header.
func readSprints(t *testing.T, path string) (sum sprintSum, bad []int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n")
	header := strings.Split(lines[0], ",")
	for i, line := range lines[1:] {
		cells, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || len(cells) != len(header) {
			bad = append(bad, i+2)
			continue
		}
		points := func(column string) int {
			n, err := strconv.Atoi(cells[slices.Index(header, column)])
			if err != nil {
				t.Fatalf("%s:%d: %s: %v", path, i+2, column, err)
			}
			return n
		}
		promised := points("vel_starttime")
		if promised <= 0 {
			sum.nothing++
			continue
		}
		sum.n++
		sum.promised += promised
		sum.delivered += min(promised, max(0, points("vel_todo")+points("vel_inprogress")+points("vel_done")+points("vel_diff")))
	}
	return sum, bad
}

// table reads a CSV file and calls f for each record with its cells by column.
func table(t *testing.T, path string, f func(cell func(column string) string)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	header, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		f(func(column string) string { return cells[slices.Index(header, column)] })
	}
}

// retention is net revenue retention of each quarter that ended by the example's
// clock, in cents: revenue at an instant is what periods open before it and not
// closed before it pay.
func retention(t *testing.T, path string) map[string]string {
	t.Helper()
	type period struct {
		customer, start, end string
		cents                int
	}
	var all []period
	table(t, path, func(cell func(string) string) {
		amount, err := strconv.Atoi(cell("monthly_amount"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, period{cell("customer_id"), cell("start_date"), cell("end_date"), amount * 100})
	})
	revenue := func(day string) map[string]int {
		out := map[string]int{}
		for _, p := range all {
			if p.start < day && day <= p.end {
				out[p.customer] += p.cents
			}
		}
		return out
	}
	out := map[string]string{}
	for at := time.Date(2015, 4, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2026 || at.Month() <= 7; at = at.AddDate(0, 3, 0) {
		before, now := revenue(at.AddDate(-1, 0, 0).Format(time.DateOnly)), revenue(at.Format(time.DateOnly))
		opening, closing := 0, 0
		for _, customer := range slices.Collect(maps.Keys(before)) {
			opening, closing = opening+before[customer], closing+now[customer]
		}
		if opening > 0 {
			last := at.AddDate(0, 0, -1)
			out[fmt.Sprintf("%d-Q%d", last.Year(), (int(last.Month())+2)/3)] = fmt.Sprintf("%d/%d n %d excluded 0", closing, opening, len(before))
		}
	}
	return out
}

// cases counts the cases of the event log by the month of their first step.
func cases(t *testing.T, path string) map[string]int {
	t.Helper()
	first := map[string]string{}
	table(t, path, func(cell func(string) string) {
		if at, known := first[cell("CaseID")]; !known || cell("CompleteTimestamp") < at {
			first[cell("CaseID")] = cell("CompleteTimestamp")
		}
	})
	out := map[string]int{}
	for _, at := range first {
		out[at[:len("2006-01")]]++
	}
	return out
}

// severe counts major and critical incidents by month, from the month of the
// first incident to that of the last, months without one included.
func severe(t *testing.T, path string) map[string]string {
	t.Helper()
	counts, all := map[string]int{}, map[string]bool{}
	table(t, path, func(cell func(string) string) {
		month := cell("started_at")[:len("2006-01")]
		all[month] = true
		if impact := cell("impact"); impact == "critical" || impact == "major" {
			counts[month]++
		}
	})
	out := map[string]string{}
	months := slices.Sorted(maps.Keys(all))
	for at, err := time.Parse("2006-01", months[0]); at.Format("2006-01") <= months[len(months)-1]; at = at.AddDate(0, 1, 0) {
		if err != nil {
			t.Fatal(err)
		}
		month := at.Format("2006-01")
		out[month] = strconv.Itoa(counts[month])
	}
	return out
}
