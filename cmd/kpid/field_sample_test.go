package main

import (
	"io"
	"math"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi/scorecard"
)

// besideAddsUp holds what stands beside each KPI of a company, of every portfolio
// and of the products of one, against the number of its row.
func besideAddsUp(t *testing.T, config string) {
	a, err := (&options{config: config, term: terminal{out: io.Discard, err: io.Discard}}).open(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.store.Close() })
	r, held := newReader(a), map[string]int{}
	for _, node := range a.tree.Portfolios {
		queries := []dashboards.Query{{Portfolio: node.ID}}
		for _, p := range a.tree.Products {
			if node.ID == "core" && p.Portfolio == node.ID { // one director's are enough
				queries = append(queries, dashboards.Query{Portfolio: node.ID, Product: p.ID})
			}
		}
		for _, q := range queries {
			card, err := r.Scorecard(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range card.KPIs {
				if partsOf(row.ID) == nil || row.Value == nil {
					continue
				}
				f, err := r.Field(t.Context(), q, row)
				if err != nil {
					t.Fatal(err)
				}
				if says := contradicts(row, f); says != "" {
					t.Errorf("%s of %s %s in %v: %s", row.ID, q.Portfolio, q.Product, row.Pooled, says)
				}
				held[row.ID]++
			}
		}
	}
	for _, id := range []string{"gross_retention", "nrr_influence", "ticket_rate", "deflection_rate", "change_incidents", "funnel_conversion", "time_to_value"} {
		if held[id] < 4 {
			t.Errorf("%s was held against its number %d times: the test shows little", id, held[id])
		}
	}
}

// contradicts says where what stands beside a row is not the row's number; "" is nowhere.
func contradicts(row scorecard.Row, f *dashboards.Field) string {
	num, den := given64(row.Num), given64(row.Den)
	count, counted, amount := 0.0, 0.0, int64(0)
	if f.Drivers != nil {
		for _, d := range f.Drivers.Rows {
			count, amount = count+float64(d.Count), amount+d.Amount
			if !d.Out {
				counted += float64(d.Count)
			}
		}
	}
	switch row.ID {
	case "gross_retention":
		if f.Drivers == nil || count != num {
			return "the reasons are not of those who left"
		}
	case "nrr_influence":
		if f.Bridge == nil || float64(f.Bridge.Opening) != den || float64(f.Bridge.Closing) != num {
			return "the bridge has another opening or closing"
		}
		if amount != f.Bridge.Churn+f.Bridge.Contraction {
			return "the reasons are not of what was lost"
		}
	case "ticket_rate":
		if f.Drivers == nil || count != num {
			return "the topics are not of the tickets"
		}
	case "deflection_rate":
		if f.Drivers == nil || count != den-num {
			return "the topics are not of the tickets"
		}
	case "change_incidents":
		if f.Drivers == nil || counted != *row.Value {
			return "the causes that count are not the number"
		}
	case "funnel_conversion":
		if s := f.Funnel.Steps; float64(s[0].Count) != den || float64(s[len(s)-1].Count) != num {
			return "the funnel begins or ends elsewhere"
		}
	case "time_to_value":
		s := f.Spread
		if int64(s.N) != *row.N || len(s.Took)+s.Waiting+s.Never != s.N || s.Mark == nil || *s.Mark != *row.Value {
			return "the accounts or the mark are not those of the number"
		}
	}
	return ""
}

func given64(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
