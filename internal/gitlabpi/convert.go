package gitlabpi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Options of Convert.
type Options struct {
	Site    string   // begins the addresses of pages
	Licence string   // of the texts
	Taken   []string // ids that other KPIs have
}

// KPI is an indicator as a KPI folder.
type KPI struct {
	Indicator
	ID      string
	Expr    string   // "" when its target cannot be judged
	Refused *Refusal // why not; nil when it can
	URL     string
	Licence string
	shape   shape
}

// Dir is the folder below the root: area/id.
func (k KPI) Dir() string { return k.shape.area + "/" + k.ID }

// Measure is the one number the KPI has.
func (k KPI) Measure() kpi.Measure {
	return kpi.Measure{ID: "value", Agg: k.shape.agg, Unit: k.shape.unit, Direction: k.shape.direction, Digits: k.shape.digits,
		Scale: float64(max(k.shape.scale, 1)), Unbounded: k.shape.unbounded}
}

// Cadence is the grain it is judged at.
func (k KPI) Cadence() kpi.Grain { return k.shape.cadence }

// Convert gives every indicator an id of its own, a shape and, where its target
// allows one reading, an expression. The order is kept.
func Convert(all []Indicator, o Options) ([]KPI, error) {
	ids, err := identify(all, o.Taken)
	if err != nil {
		return nil, err
	}
	out := make([]KPI, len(all))
	for i, in := range all {
		l, refused := readTarget(in.Target)
		k := KPI{Indicator: in, ID: ids[i], Refused: refused, Licence: o.Licence, URL: address(in, o.Site), shape: shapeOf(in, l, refused)}
		if refused == nil && k.shape.scale > 0 && l.unit == "" && !has(normal(text(in.Definition)), "days") {
			k.Refused = refuse("no_unit", "the indicator is a length of time, and the number has no unit")
		} else if refused == nil {
			k.Expr, k.Refused = express(l, k.Measure())
		}
		out[i] = k
	}
	return out, nil
}

// express writes the expression and holds it against the measure.
func express(l limit, m kpi.Measure) (string, *Refusal) {
	text := "level " + l.cmp + " " + l.number
	switch {
	case m.Agg == kpi.Sum && l.per != "":
		text = "count " + l.cmp + " " + l.number + " per " + string(l.per)
	case m.Unit != "":
		text += " " + m.Unit
	}
	expr, err := kpi.ParseExpr(text)
	if err == nil {
		err = kpi.Target{Text: text, Expr: expr}.Check(m)
	}
	if err != nil {
		return "", refuse("not_understood", "read as %q it does not fit: %v", text, err)
	}
	return expr.String(), nil
}

// identify makes ids of names. Where several indicators share a name, each is
// told apart by its department, and where that is not enough by a number.
func identify(all []Indicator, taken []string) ([]string, error) {
	seen := map[string]int{}
	for _, in := range all {
		seen[slug(in.Name)]++
	}
	used := slices.Clone(taken)
	out := make([]string, len(all))
	for i, in := range all {
		id := slug(in.Name)
		if id == "" {
			return nil, fmt.Errorf("%s:%d:%d: the name %q has no letter a to z to make an id of", in.File, in.Line, in.Column, in.Name)
		}
		if seen[id] > 1 || slices.Contains(used, id) {
			id = slug(in.Org + " " + in.Name)
		}
		base := id
		for n := 2; slices.Contains(used, id); n++ {
			id = fmt.Sprintf("%.60s_%d", base, n)
		}
		used = append(used, id)
		out[i] = id
	}
	return out, nil
}

// address is that of the indicator's own heading on its page.
func address(in Indicator, site string) string {
	if in.BasePath == "" {
		if len(in.URLs) > 0 {
			return absolute(in.URLs[0], site)
		}
		return ""
	}
	page := absolute(in.BasePath, site)
	if strings.Contains(page, "#") {
		return page
	}
	return page + "#" + strings.Join(strings.Fields(normal(in.Name)), "-")
}

func absolute(path, site string) string {
	if strings.HasPrefix(path, "/") {
		return strings.TrimRight(site, "/") + path
	}
	return path
}

// HealthWord is the level in a word.
func HealthWord(level *int) string {
	if level == nil {
		return ""
	}
	return map[int]string{3: "okay", 2: "attention", 1: "problem", 0: "unknown", -1: "confidential"}[*level]
}
