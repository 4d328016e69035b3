package main

import (
	"context"
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// mostValues of a dimension that is shown: one with more is no breakdown to read.
const mostValues = 60

// byProduct is the dimension whose values are the products of a node; its numbers are
// stored for every KPI.
const byProduct = "product"

// Segments is a row's measure by one dimension: "" is the first that has values. What
// is stored is read in one query; what is not is worked out in one, and kept until the
// data changes.
func (r *reader) Segments(ctx context.Context, q dashboards.Query, row scorecard.Row, by string) (*scorecard.Segments, error) {
	r, err := r.asKnown(ctx, q.KnownAt)
	if err != nil {
		return nil, err
	}
	d, ok := r.Definition(row.ID)
	if !ok {
		return &scorecard.Segments{}, nil
	}
	m, _ := d.Measure(row.Measure)
	if segment := segmentOf(q, row); segment != "all" {
		return &scorecard.Segments{Because: "This page is of " + segment + " only; segments are shown where it is of all."}, nil
	}
	values, err := r.dimensionValues(ctx, q, d)
	if err != nil {
		return nil, err
	}
	out := &scorecard.Segments{By: by}
	for _, name := range append(slices.Clone(d.Segments), byProduct) {
		if r.app.knownAt != 0 && !r.stored(q, d, name, values[name]) {
			continue // what is not stored is worked out from records as they are now
		}
		if n := len(values[name]); n > 1 && n <= mostValues && !slices.Contains(out.Dimensions, name) {
			out.Dimensions = append(out.Dimensions, name)
		}
	}
	if len(out.Dimensions) == 0 {
		return out, nil
	}
	if by == "" {
		out.By = out.Dimensions[0]
	} else if !slices.Contains(out.Dimensions, by) {
		return &scorecard.Segments{Dimensions: out.Dimensions}, nil
	}
	periods, err := r.segmentPeriods(q, row, d.CadenceOf(m))
	if err != nil {
		return nil, err
	}
	return out, r.fillSegments(ctx, q, d, m, values[out.By], periods, out)
}

// dimensionValues lists the segments of each dimension of a KPI, and the products
// below the node.
func (r *reader) dimensionValues(ctx context.Context, q dashboards.Query, d *kpi.Definition) (map[string][]string, error) {
	names := slices.DeleteFunc(slices.Clone(d.Segments), func(s string) bool { return s == byProduct })
	values, err := kept(ctx, r, "values "+d.ID, func() (map[string][]string, error) {
		if d.Warehouse != nil {
			return map[string][]string{}, nil
		}
		return r.app.store.SegmentValues(ctx, names, d.Facts)
	})
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for name, list := range values {
		out[name] = list
	}
	if q.Product == "" {
		for _, p := range r.app.tree.Under(q.Portfolio) {
			out[byProduct] = append(out[byProduct], p.ID)
		}
	}
	return out, nil
}

// segmentPeriods are those of a trend that ends with the row's newest settled period.
func (r *reader) segmentPeriods(q dashboards.Query, row scorecard.Row, g kpi.Grain) ([]kpi.Period, error) {
	cal := r.app.cal
	week, err := r.week(q.Week)
	if err != nil {
		return nil, err
	}
	last := cal.Ended(g, week.Ends)
	switch {
	case row.Change != nil:
		if p, err := cal.Period(row.Change.Against); err == nil {
			last = cal.Next(p)
		}
	case row.Period != nil:
		if p, err := cal.Period(*row.Period); err == nil {
			last = p
		}
	}
	out := []kpi.Period{last}
	for len(out) < scorecard.TrendLength(g) {
		out = append(out, cal.Prev(out[len(out)-1]))
	}
	slices.Reverse(out)
	return out, nil
}

func (r *reader) fillSegments(ctx context.Context, q dashboards.Query, d *kpi.Definition, m kpi.Measure, values []string, periods []kpi.Period, out *scorecard.Segments) error {
	a := r.app
	in := scorecard.Input{Calendar: a.cal, AsOf: a.now()}
	judged := *d
	judged.Cadence = d.CadenceOf(m)
	k := scorecard.KPI{Definition: &judged, Measure: m}
	if err := r.breaks(ctx, d, &k); err != nil {
		return err
	}
	for _, p := range periods {
		out.Periods = append(out.Periods, p.ID)
	}
	whole, err := a.series(ctx, d, m, q.Portfolio, q.Product, "all", judged.Cadence)
	if err != nil {
		return err
	}
	out.All = in.PointsAt(k, periods, whole)
	series, says, err := r.bySegment(ctx, q, d, m, out.By, values, periods)
	if err != nil {
		return err
	}
	out.Because = says
	for i, v := range values {
		name := strings.TrimPrefix(v, out.By+"=")
		switch {
		case out.By == byProduct:
			name = a.productName(v)
		case strings.Trim(name, "0123456789") == "": // severity 1
			name = out.By + " " + name
		}
		if len(series[i]) > 0 {
			out.Of = append(out.Of, in.SegmentOf(k, v, name, periods, series[i]))
		}
	}
	return nil
}

func (a *app) productName(id string) string {
	for _, p := range a.tree.Products {
		if p.ID == id {
			return p.Name
		}
	}
	return id
}
