package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
)

func (r *reader) targets() {
	for _, t := range r.many("target") {
		r.cfg.Targets = append(r.cfg.Targets, r.target(t))
		r.cfg.written.targets = append(r.cfg.written.targets, t)
	}
}

func (r *reader) target(t *tomldoc.Table) kpi.Target {
	t.Need("kpi", "expr")
	out := kpi.Target{
		KPI:        t.Text("kpi", ""),
		Measure:    t.Text("metric", ""),
		Segment:    t.Text("segment", "all"),
		Owner:      t.Text("owner", ""),
		Weight:     between(t, "weight", 0, 100),
		Guardrails: t.Texts("guardrails"),
		Veto:       t.Bool("veto", false),
		Relative:   t.Bool("relative", false),
		Strict:     t.Bool("strict", false),
		Warn:       t.Real("warn"),
		Ceiling:    t.Real("ceiling"),
		MinN:       count(t, "min_n"),
		Smooth:     count(t, "smooth"),
		Baseline:   baseline(t.Sub("baseline")),
		Since:      date(t, "since"),
		Until:      date(t, "until"),
		By:         t.Text("by", ""),
		Reason:     name(t, "reason", ""),
		Note:       name(t, "note", ""),
	}
	out.Portfolio, out.Product = r.scope(t)
	out.Text, out.Expr = expr(t)
	out.When = when(t)
	t.Done()
	if t.Has("smooth") && out.Smooth != nil && *out.Smooth == 0 {
		t.Wrong("smooth", "smooth is out of range", "0", "1 or more periods")
	}
	if !out.Since.IsZero() && !out.Until.IsZero() && out.Until.String() <= out.Since.String() {
		t.Bad("until", "until %s is not after since %s", out.Until, out.Since)
	}
	out.Hash = targetHash(out)
	r.after(func() {
		r.segment(t, out.Segment)
		r.person(t, "owner", out.Owner)
		r.person(t, "by", out.By)
	})
	return out
}

// expr reads the key expr; a wrong expression says where in it.
func expr(t *tomldoc.Table) (string, *kpi.Expr) {
	text := t.Text("expr", "")
	if !t.Has("expr") {
		return "", nil
	}
	e, err := kpi.ParseExpr(text)
	if err != nil {
		var ee *kpi.ExprError
		if !errors.As(err, &ee) {
			ee = &kpi.ExprError{Msg: err.Error()}
		}
		t.Bad("expr", "%s", ee.Error())
		return text, nil
	}
	return text, e
}

func when(t *tomldoc.Table) []kpi.When {
	var out []kpi.When
	for _, w := range t.Subs("when") {
		w.Need("expr")
		x := kpi.When{BaselineGTE: w.Real("baseline_gte"), BaselineLT: w.Real("baseline_lt")}
		x.Text, x.Expr = expr(w)
		w.Done()
		if x.BaselineGTE == nil && x.BaselineLT == nil {
			w.Bad("expr", "a condition is missing: baseline_gte, baseline_lt or both")
		}
		if x.BaselineGTE != nil && x.BaselineLT != nil && *x.BaselineLT <= *x.BaselineGTE {
			w.Bad("baseline_lt", "no baseline is at least %g and below %g", *x.BaselineGTE, *x.BaselineLT)
		}
		out = append(out, x)
	}
	return out
}

func baseline(t *tomldoc.Table) *kpi.BaselineSpec {
	if t == nil {
		return nil
	}
	b := &kpi.BaselineSpec{
		Method:  t.OneOf("method", "pooled", "pooled", "value", "same_period_last_year"),
		Periods: t.Int("periods", 0, 1, 520),
		Value:   t.Real("value"),
	}
	t.Done()
	if b.Method == "value" && b.Value == nil {
		t.Bad("value", "the method value needs a value")
	}
	if b.Method != "value" && b.Value != nil {
		t.Bad("value", "a value goes with the method value, not with %s", b.Method)
	}
	return b
}

// between reads a number in a closed range, 0 when absent.
func between(t *tomldoc.Table, key string, lo, hi float64) float64 {
	v := t.Real(key)
	if v == nil {
		return 0
	}
	if *v < lo || *v > hi {
		t.Wrong(key, key+" is out of range", fmt.Sprint(*v), fmt.Sprintf("%g to %g", lo, hi))
		return 0
	}
	return *v
}

func count(t *tomldoc.Table, key string) *int {
	if !t.Has(key) {
		return nil
	}
	n := t.Int(key, 0, 0, 1_000_000)
	return &n
}

// targetHash covers what changes a verdict. Owner, weight, guardrails and notes
// do not; neither does until, so that closing a target keeps its baseline.
func targetHash(t kpi.Target) string {
	t.Owner, t.By, t.Reason, t.Note = "", "", "", ""
	t.Weight, t.Guardrails, t.Veto = 0, nil, false
	t.Until, t.Hash, t.Expr = kpi.Date{}, "", nil
	conditions := make([]kpi.When, len(t.When))
	copy(conditions, t.When)
	for i := range conditions {
		conditions[i].Expr = nil
	}
	t.When = conditions
	b, err := json.Marshal(t)
	if err != nil {
		return "" // only non-finite numbers fail, and those were refused
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
