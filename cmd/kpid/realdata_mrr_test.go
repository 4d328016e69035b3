package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// monthClasses classes every month of every customer as the playbook's own model
// does, by the amount that is paid on the first of the month: new, reactivation,
// upgrade, downgrade, churn; in cents, by class and month.
func monthClasses(t *testing.T, root string) map[string]map[string]int {
	t.Helper()
	type span struct {
		start, end string
		cents      int
	}
	customers := map[string][]span{}
	table(t, filepath.Join(root, "mrr-playbook/subscription_periods.csv"), func(cell func(string) string) {
		amount, err := strconv.Atoi(cell("monthly_amount"))
		if err != nil {
			t.Fatal(err)
		}
		customers[cell("customer_id")] = append(customers[cell("customer_id")], span{cell("start_date"), cell("end_date"), amount * 100})
	})
	out := map[string]map[string]int{}
	add := func(class, month string, cents int) {
		if out[class] == nil {
			out[class] = map[string]int{}
		}
		out[class][month] += cents
	}
	for _, spans := range customers {
		before, ever := 0, false
		for at := time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2026; at = at.AddDate(0, 1, 0) {
			first, now := at.Format(time.DateOnly), 0
			for _, s := range spans {
				if s.start <= first && first < s.end {
					now += s.cents
				}
			}
			month := first[:7]
			switch {
			case before == 0 && now > 0 && !ever:
				add("new_mrr", month, now)
			case before == 0 && now > 0:
				add("reactivated_mrr", month, now)
			case now == 0 && before > 0:
				add("churned_mrr", month, before)
			case now > before:
				add("expansion_mrr", month, now-before)
			case now < before:
				add("contraction_mrr", month, before-now)
			}
			before, ever = now, ever || now > 0
		}
	}
	return out
}

// sameClasses holds the months kpid kept against them, to the cent; months in
// which nothing of a class happened are 0 or not kept.
func sameClasses(t *testing.T, db *sql.DB, want map[string]map[string]int) {
	t.Helper()
	months := 0
	for _, class := range []string{"new_mrr", "reactivated_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr"} {
		got := map[string]int{}
		for _, row := range rows(t, db, fmt.Sprintf(`SELECT o.period, o.num FROM observation_now o JOIN scope s ON s.id = o.scope_id
			WHERE o.kpi = 'gross_retention' AND o.measure = '%s' AND s.portfolio = 'revenue' AND s.product = '' AND s.segment = 'all'
			  AND o.period LIKE '____-__' AND o.num <> 0`, class)) {
			c := strings.Split(row, "|")
			if strings.ContainsAny(c[0], "QH") {
				continue
			}
			cents, err := strconv.ParseFloat(c[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			got[c[0]] = int(cents)
		}
		months += len(got)
		same(t, class+" by month", got, want[class])
	}
	if months < 30 {
		t.Errorf("only %d months with a movement: the test shows little", months)
	}
}
