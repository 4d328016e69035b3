package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/store/storetest"
)

// expectedReview is what another program shows of the same daily file.
type expectedReview struct {
	Tests []struct {
		Test struct {
			Weeks     []float64 `yaml:"cy_6_weeks"`
			WeeksAgo  []float64 `yaml:"py_6_weeks"`
			Months    []float64 `yaml:"cy_monthly"`
			MonthsAgo []float64 `yaml:"py_monthly"` // NaN: none
			Axis      []string  `yaml:"x_axis"`
			Boxes     []float64 `yaml:"box_totals"` // last week, WoW, YoY, MTD, YoY, QTD, YoY, YTD, YoY; changes in percent
		} `yaml:"test"`
	} `yaml:"tests"`
}

// TestWeeklyBusinessReview brings in examples/wbr as a user would and holds the
// 6-12 view against the numbers of the program that the data comes from.
func TestWeeklyBusinessReview(t *testing.T) {
	root := os.Getenv("KPID_REALDATA")
	if root == "" {
		t.Skip("KPID_REALDATA is not set: no 6-12 view is compared with that of another program")
	}
	text, err := os.ReadFile(filepath.Join(root, "wbr/scenario_3/testconfig.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var expected expectedReview
	if err := yaml.Unmarshal(text, &expected); err != nil || len(expected.Tests) != 1 {
		t.Fatalf("%d tests: %v", len(expected.Tests), err)
	}
	want := expected.Tests[0].Test

	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/wbr")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "config.toml")
	reference, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	dsn := storetest.DSN(t)
	write(t, config, strings.ReplaceAll(string(reference), `"sqlite:../../var/wbr.db"`, fmt.Sprintf("%q\nreader = %q", dsn, storetest.Reader(t, dsn))))
	printed := new(bytes.Buffer)
	if status := run(t.Context(), []string{"ingest", "--config", config}, terminal{out: printed, err: printed}); status != 0 ||
		!strings.Contains(printed.String(), "daily: 731 records, 630 new, 1 rejected") {
		t.Fatalf("ingest ended with %d:\n%s", status, printed)
	}

	got := askReview(t, config)
	if got.Week != "2021-W38" || got.Changes != "relative" || len(got.Weeks) != 6 || len(got.Months) != 12 {
		t.Fatalf("the view is that of %s, with %d weeks and %d months, changes %s", got.Week, len(got.Weeks), len(got.Months), got.Changes)
	}
	var weeks, weeksAgo, months, monthsAgo []*float64
	var axis []string
	for _, p := range got.Weeks {
		weeks, weeksAgo = append(weeks, p.Value), append(weeksAgo, p.Ago)
		axis = append(axis, "wk "+p.Period[len(p.Period)-2:])
	}
	for _, p := range got.Months {
		months, monthsAgo = append(months, p.Value), append(monthsAgo, p.Ago)
		axis = append(axis, strings.Fields("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")[int(p.Period[5]-'0')*10+int(p.Period[6]-'0')-1])
	}
	b := got.Boxes
	boxes := []*float64{b["last_week"], b["wow"], b["yoy"], b["mtd"], b["mtd_yoy"], b["qtd"], b["qtd_yoy"], b["ytd"], b["ytd_yoy"]}
	for _, i := range []int{1, 2, 4, 6, 8} {
		percent := 100 * *boxes[i]
		boxes[i] = &percent
	}
	for _, panel := range []struct {
		name string
		got  []*float64
		want []float64
	}{
		{"six weeks", weeks, want.Weeks}, {"six weeks a year before", weeksAgo, want.WeeksAgo},
		{"twelve months", months, want.Months}, {"twelve months a year before", monthsAgo, want.MonthsAgo},
		{"boxes", boxes, want.Boxes},
	} {
		// the file rounds its changes to two decimals
		if diff := cmp.Diff(missingNumbers(panel.want), panel.got, cmpopts.EquateApprox(0, 0.005)); diff != "" {
			t.Errorf("%s (- theirs, + ours):\n%s", panel.name, diff)
		}
	}
	same(t, "axis", axis, want.Axis)
}

// missingNumbers turns NaN into nothing.
func missingNumbers(list []float64) []*float64 {
	out := make([]*float64, len(list))
	for i, v := range list {
		if v == v {
			out[i] = &v
		}
	}
	return out
}

type review struct {
	Week, Changes string
	Weeks, Months []struct {
		Period string
		Value  *float64
		Ago    *float64 `json:"year_ago_value"`
	}
	Boxes map[string]*float64
}

// askReview asks the API, on the store that was filled.
func askReview(t *testing.T, config string) review {
	t.Helper()
	o := &options{config: config, term: terminal{err: new(bytes.Buffer)}}
	var out review
	err := o.with(context.Background(), true, func(a *app) error {
		h, err := dashboards.New(dashboards.Config{Reader: newReader(a)})
		if err != nil {
			return err
		}
		r := httptest.NewRequest("GET", "/api/v1/kpis/page_views/six-twelve?w=2021-W38", nil)
		r.Host = "127.0.0.1"
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != 200 {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		return json.Unmarshal(w.Body.Bytes(), &out)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
