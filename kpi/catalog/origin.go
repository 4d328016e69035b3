package catalog

import (
	"errors"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// broughtIn reads where the definition was brought in from.
func (f *folder) broughtIn() {
	t := f.toml.Sub("origin")
	if t == nil {
		return
	}
	o := &kpi.Origin{
		Owner: t.Text("owner", ""), URL: t.Text("url", ""), Public: t.Bool("public", true), Target: t.Text("target", ""),
		HealthReasons: t.Texts("health_reasons"), Expr: t.Text("expr", ""), NotJudged: t.Text("not_judged", ""), Licence: t.Text("licence", ""),
	}
	if t.Has("health") {
		level := t.Int("health", 0, -1, 3)
		o.Health = &level
	}
	t.Done()
	if o.Expr != "" && o.NotJudged != "" {
		t.Bad("not_judged", "a target is judged by expr or not judged for a reason, not both")
	}
	if o.Expr != "" && len(f.def.Measures) > 0 {
		f.originExpr(o.Expr)
	}
	f.def.Origin = o
}

// originExpr holds the expression against the primary measure, as one in
// config.toml is held.
func (f *folder) originExpr(text string) {
	t := f.toml.Sub("origin")
	expr, err := kpi.ParseExpr(text)
	if err != nil {
		t.Bad("expr", "%v", err)
		return
	}
	err = kpi.Target{KPI: f.def.ID, Text: text, Expr: expr}.Check(f.def.Primary(), f.def.Measures...)
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, e := range joined.Unwrap() {
			t.Bad("expr", "%s", strings.TrimPrefix(e.Error(), "expr: "))
		}
	}
}
