package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/store/storetest"
)

// deliveries runs some sources of examples/realdata/delivery as a user would. It
// gives the command, what it stored, and the folder of the files.
func deliveries(t *testing.T, sources ...string) (kpid func(args ...string) string, db *sql.DB, root string) {
	t.Helper()
	if root = os.Getenv("KPID_REALDATA"); root == "" {
		t.Skip("KPID_REALDATA is not set: no number is compared with data found in the wild")
	}
	dir, dsn := t.TempDir(), storetest.DSN(t)
	files, err := filepath.Glob("../../examples/realdata/delivery/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no example found: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, filepath.Base(file)), strings.ReplaceAll(string(text), "sqlite:../../../var/realdata-delivery.db", dsn))
	}
	kpid = func(args ...string) string {
		out, printed := new(bytes.Buffer), new(bytes.Buffer)
		if status := run(context.Background(), append(args, "--config", filepath.Join(dir, "config.toml")), terminal{out: out, err: printed}); status != 0 {
			t.Fatalf("kpid %s ended with %d:\n%s", strings.Join(args, " "), status, printed)
		}
		return out.String()
	}
	kpid(append([]string{"ingest"}, sources...)...)
	return kpid, openDatabase(t, dsn), root
}

// lifetime is when something was done and how many days it had taken.
type lifetime struct {
	done time.Time
	days float64
}

// exampleClock is where the clock of the example stands.
var exampleClock = time.Date(2026, 8, 21, 6, 0, 0, 0, time.UTC)

// TestProposals: cycle times of Kubernetes' enhancement proposals.
func TestProposals(t *testing.T) {
	_, db, root := deliveries(t, "keps")
	var all []lifetime
	var bad []string
	line := 1
	table(t, filepath.Join(root, "keps/keps_even.csv"), func(cell func(string) string) {
		line++
		if !slices.Contains([]string{"provisional", "implementable", "implemented"}, cell("status")) {
			return
		}
		created, err := time.Parse(time.DateOnly, cell("creation_date"))
		if err != nil && cell("creation_date") != "" {
			bad = append(bad, fmt.Sprintf("keps|keps/keps_even.csv:%d", line))
		}
		if done, late := time.Parse(time.DateOnly, cell("implemented_on")); err == nil && late == nil {
			all = append(all, lifetime{done, done.Sub(created).Hours() / 24})
		}
	})
	got := rows(t, db, "SELECT source, locator FROM rejected_record")
	slices.Sort(got)
	slices.Sort(bad)
	same(t, "rejected lines", got, bad)
	for _, of := range []struct {
		measure string
		p       float64
	}{{"median", 0.5}, {"p85", 0.85}} {
		for periods, months := range map[string]int{"____-__": 1, "____-Q_": 3, "____": 12} {
			same(t, of.measure+" by "+fmt.Sprint(months)+" months", quantiles(t, db, of.measure, "keps", "kubernetes", periods), expected(all, months, of.p))
		}
	}
}

// TestDueDates: the share of issues done by their due date, and by how much the
// others missed it.
func TestDueDates(t *testing.T) {
	_, db, root := deliveries(t, "due-dates")
	var late []lifetime // of DuraSpace
	inTime := map[string]map[string][2]int{"": {}, "apache": {}, "duraspace": {}}
	for _, tracker := range []string{"apache", "duraspace"} {
		table(t, filepath.Join(root, "due-dates", tracker+"_issues_due.csv"), func(cell func(string) string) {
			opened, err := time.Parse(time.DateTime, cell("openeddate"))
			if err != nil {
				t.Fatal(err)
			}
			days, err := strconv.Atoi(cell("delaydays"))
			if err != nil {
				t.Fatal(err)
			}
			if tracker == "duraspace" {
				late = append(late, lifetime{opened.AddDate(0, 0, days), float64(days)})
			}
			for _, of := range []string{"", tracker} {
				n := inTime[of][quarter(opened)]
				n[1]++
				if days == 0 {
					n[0]++
				}
				inTime[of][quarter(opened)] = n
			}
		})
	}
	for tracker, quarters := range inTime {
		want := map[string]string{}
		for q, n := range quarters {
			want[q] = fmt.Sprintf("%d/%d n %d excluded 0", n[0], n[1], n[1])
		}
		same(t, "in time, "+tracker, observed(t, db, "roadmap_predictability", "time", "due", tracker, "____-Q_"), want)
	}
	for measure, p := range map[string]float64{"median": 0.5, "p85": 0.85} {
		same(t, measure+" days late", quantiles(t, db, measure, "late", "lateness", "____"), expected(late, 12, p))
	}
}

func quarter(at time.Time) string {
	return fmt.Sprintf("%d-Q%d", at.Year(), (int(at.Month())+2)/3)
}

// quantiles gives the stored cycle times of a scope: days, how many, and which
// window they are of.
func quantiles(t *testing.T, db *sql.DB, measure, portfolio, product, periods string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, row := range rows(t, db, fmt.Sprintf(`SELECT o.period, o.value, o.n, o.lookback FROM observation_now o JOIN scope s ON s.id = o.scope_id
		WHERE o.kpi = 'cycle_time' AND o.measure = '%s' AND s.portfolio = '%s' AND s.product = '%s' AND s.segment = 'all' AND o.period LIKE '%s'`,
		measure, portfolio, product, periods)) {
		c := strings.Split(row, "|")
		if periods == "____-__" && strings.ContainsAny(c[0], "QH") {
			continue
		}
		ms, err := strconv.ParseFloat(c[1], 64)
		if err != nil {
			t.Fatalf("%s: %v", row, err)
		}
		out[c[0]] = fmt.Sprintf("%.6f days n %s window %s", ms/86_400_000, c[2], c[3])
	}
	return out
}

// expected works out the same from the dates: the quantile of a period of so many
// months or, where fewer than eight fall into it, of the twelve that end with it.
func expected(all []lifetime, months int, p float64) map[string]string {
	out := map[string]string{}
	first := slices.MinFunc(all, func(a, b lifetime) int { return a.done.Compare(b.done) }).done
	at := time.Date(first.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	for ; at.Before(exampleClock); at = at.AddDate(0, months, 0) {
		end := at.AddDate(0, months, 0)
		days, window := within(all, at, end), "_"
		if len(days) < 8 {
			days, window = within(all, end.AddDate(-1, 0, 0), end), "12m"
		}
		if len(days) == 0 {
			continue
		}
		name := map[int]string{1: at.Format("2006-01"), 3: quarter(at), 12: at.Format("2006")}[months]
		place := float64(len(days)-1) * p
		low := int(math.Floor(place))
		v := days[low]
		if low+1 < len(days) {
			v += (place - float64(low)) * (days[low+1] - days[low])
		}
		out[name] = fmt.Sprintf("%.6f days n %d window %s", v, len(days), window)
	}
	return out
}

// within lists, sorted, the days of what was done in a stretch of time.
func within(all []lifetime, from, to time.Time) (days []float64) {
	for _, l := range all {
		if !l.done.Before(from) && l.done.Before(to) {
			days = append(days, l.days)
		}
	}
	slices.Sort(days)
	return days
}
