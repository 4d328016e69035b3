package kpi

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustParse(t testing.TB, text string) *Expr {
	t.Helper()
	e, err := ParseExpr(text)
	if err != nil {
		t.Fatalf("ParseExpr(%q): %v", text, err)
	}
	return e
}

func num(v float64) *float64 { return &v }

func TestParseExpr(t *testing.T) {
	tests := map[string]struct {
		want  Expr
		canon string
	}{
		"level 60..80 %":                             {Expr{Kind: LevelKind, Floor: 60, Stretch: num(80), Unit: "%"}, ""},
		"level  60..80%":                             {Expr{Kind: LevelKind, Floor: 60, Stretch: num(80), Unit: "%"}, "level 60..80 %"},
		"level 5..3 days":                            {Expr{Kind: LevelKind, Floor: 5, Stretch: num(3), Unit: "days"}, ""},
		"level > 100 % stretch 110 %":                {Expr{Kind: LevelKind, Dir: Up, Cmp: ">", Floor: 100, Stretch: num(110), Unit: "%"}, ""},
		"level >100 stretch 110%":                    {Expr{Kind: LevelKind, Dir: Up, Cmp: ">", Floor: 100, Stretch: num(110), Unit: "%"}, "level > 100 % stretch 110 %"},
		"level >= 4.2 /5":                            {Expr{Kind: LevelKind, Dir: Up, Cmp: ">=", Floor: 4.2, Unit: "/5"}, ""},
		"level <= -3":                                {Expr{Kind: LevelKind, Dir: Down, Cmp: "<=", Floor: -3}, ""},
		"level 60..80 % over 1y trailing":            {Expr{Kind: LevelKind, Floor: 60, Stretch: num(80), Unit: "%", Over: Span{1, 'y'}, Trailing: true}, ""},
		"level >= 60 % over 1q":                      {Expr{Kind: LevelKind, Dir: Up, Cmp: ">=", Floor: 60, Unit: "%", Over: Span{1, 'q'}}, ""},
		"level 007.50 kLOC":                          {Expr{Kind: LevelKind, Floor: 7.5, Unit: "kLOC"}, "level 7.5 kLOC"},
		"up 3..10 pts in 2q from 2026-01-01":         {Expr{Kind: ChangeKind, Dir: Up, Floor: 3, Stretch: num(10), Unit: "pts", In: Span{2, 'q'}, From: Date{2026, 1, 1}}, ""},
		"down 10..25 % yoy":                          {Expr{Kind: ChangeKind, Dir: Down, Floor: 10, Stretch: num(25), Unit: "%", YoY: true}, ""},
		"up 1 abs per quarter":                       {Expr{Kind: ChangeKind, Dir: Up, Floor: 1, Unit: "abs", Per: Quarter}, ""},
		"count 2..6 per month":                       {Expr{Kind: CountKind, Floor: 2, Stretch: num(6), Per: Month}, ""},
		"ramp 30..60 % by 90d..180d from ga":         {Expr{Kind: RampKind, Dir: Up, Floor: 30, Stretch: num(60), By: [2]int{90, 180}}, ""},
		"ramp 30 % by 90d..180d":                     {Expr{Kind: RampKind, Dir: Up, Floor: 30, By: [2]int{90, 180}}, "ramp 30 % by 90d..180d from ga"},
		"ramp 30..60% by 90d..180d from 2026-01-01":  {Expr{Kind: RampKind, Dir: Up, Floor: 30, Stretch: num(60), By: [2]int{90, 180}, From: Date{2026, 1, 1}}, "ramp 30..60 % by 90d..180d from 2026-01-01"},
		"trend down toward 0 near 1 over 12m":        {Expr{Kind: TrendKind, Dir: Down, Floor: 1, Stretch: num(0), Over: Span{12, 'm'}}, ""},
		"trend up toward 1000 near 0 over 12w":       {Expr{Kind: TrendKind, Dir: Up, Floor: 0, Stretch: num(1000), Over: Span{12, 'w'}}, ""},
		"slo 99.9 % over 28d":                        {Expr{Kind: SLOKind, Dir: Up, Floor: 99.9, Over: Span{28, 'd'}}, ""},
		"rating: judged every 1q at least amber":     {Expr{Part: "rating", Kind: JudgedKind, Over: Span{1, 'q'}, Least: "amber"}, ""},
		"judged every 1q at least green":             {Expr{Kind: JudgedKind, Over: Span{1, 'q'}}, "judged every 1q"},
		"any(level 60 %; all(a: count 2 per month))": {Expr{Kind: AnyKind, Parts: []*Expr{{Kind: LevelKind, Floor: 60, Unit: "%"}, {Kind: AllKind, Parts: []*Expr{{Part: "a", Kind: CountKind, Floor: 2, Per: Month}}}}}, ""},
		"all: level 60 %":                            {Expr{Part: "all", Kind: LevelKind, Floor: 60, Unit: "%"}, ""},
		"regretted: count <= 1 per year":             {Expr{Part: "regretted", Kind: CountKind, Dir: Down, Cmp: "<=", Floor: 1, Per: Year}, ""},
	}
	for text, tt := range tests {
		got := mustParse(t, text)
		if diff := cmp.Diff(&tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		if tt.canon == "" {
			tt.canon = text
		}
		if got.String() != tt.canon {
			t.Errorf("%q prints as %q, want %q", text, got, tt.canon)
		}
	}
}

// Every refusal: where, and what it says.
func TestParseExprRefuses(t *testing.T) {
	tests := []struct {
		text string
		pos  int
		want string
	}{
		{"", 0, `found the end; a target starts with level, up, down, count, ramp, trend, slo, judged, all or any`},
		{"60 %", 0, `such as "level 60 %"`},
		{">= 60 %", 0, `such as "level >= 60 %"`},
		{"Level 60 %", 0, `such as "level 60 %"`},
		{"level", 5, "a number stands here"},
		{"level NaN %", 6, `found "NaN"; a number stands here`},
		{"level inf", 6, "a number stands here"},
		{"level 1e3", 6, "without an exponent"},
		{"level 1e", 6, "without an exponent"},
		{"level 1" + strings.Repeat("0", 400), 6, "numbers go up to 1000000000000000"},
		{"level -1" + strings.Repeat("0", 16), 6, "numbers go up to"},
		{"level 60days", 6, "put a space between a number and its unit: 60 days"},
		{"level 60-80 %", 8, "write a range with two dots: 60..80"},
		{"level 60–80 %", 8, "write a range with two dots"},
		{"level 60 - 80 %", 9, "write a range with two dots"},
		{"level 60 %..80 %", 10, "write it once, after the range"},
		{"level 60..60 %", 10, "write 60 alone"},
		{"level >= 60..80 %", 11, "a range without the comparison"},
		{"level > 110 % stretch 100 %", 22, "not beyond the floor > 110"},
		{"level < 3 days stretch 5 days", 23, "not beyond the floor < 3"},
		{"level > 60 % stretch 70 pts", 21, "both take one unit"},
		{"level 60 % stretch 70 %", 11, "write the range 60..X"},
		{"level 60 % over 0m", 16, "a whole number above 0"},
		{"level 60 % over 4w", 16, "write over 4w trailing"},
		{"level 60 % over 1d", 16, "write over 1d trailing"},
		{"level 60 % 70", 11, `nothing may follow "level 60 %"`},
		{"level 1,000", 7, "without separators"},
		{"level .5", 6, "write a decimal as 0.5"},
		{"level 5.", 7, "write a decimal as 0.5"},
		{"level ≥ 60", 6, "write >="},
		{"level = 60", 6, "comparisons are"},
		{"level −3", 6, "plain hyphen"},
		{"level \x00", 6, "no target has this character"},
		{"up 10..3 pts in 2q from 2026-01-01", 3, "the easier end comes first: up 3..10"},
		{"up 0 pts yoy", 3, "above 0"},
		{"down 0..5 pts yoy", 5, "above 0"},
		{"up -3 pts yoy", 3, "above 0"},
		{"up +3 pts yoy", 3, "leave the sign out"},
		{"up 3..10 points yoy", 9, "a change is in pts (points of a rate), % (of the baseline) or abs"},
		{"up 3..10 yoy", 9, "up 3..10 pts"},
		{"down 20..120 % yoy", 5, "more than 100 %"},
		{"up 3..10 pts", 12, "yoy, or per quarter"},
		{"up 3..10 pts in 2q", 18, "in 2q from YYYY-MM-DD"},
		{"up 3..10 pts in 0q from 2026-01-01", 16, "above 0"},
		{"up 3..10 pts in 2 from 2026-01-01", 16, "such as 2q"},
		{"up 3..10 pts in 2q from 2026-02-30", 24, "a day stands here that exists"},
		{"up 3..10 pts in 2q from 1989-02-03", 24, "from 1990 to 2100"},
		{"up 3..10 pts in 2q from Jan", 24, "YYYY-MM-DD"},
		{"up 3..10 pts per sprint", 17, "a period is week, month"},
		{"count 2..6", 10, "count 2..6 per month"},
		{"count 2..6 tickets per month", 11, "count 2..6 per month"},
		{"count -1 per month", 6, "counts start at 0"},
		{"count <= 2 per fortnight", 15, "a period is"},
		{"ramp 60..30 % by 90d..180d", 5, "the easier end comes first: ramp 30..60 %"},
		{"ramp 0..30 % by 90d..180d", 5, "shares above 0 and up to 100 %"},
		{"ramp 30..120 % by 90d..180d", 5, "shares above 0 and up to 100 %"},
		{"ramp 30..60 by 90d..180d", 12, `found "by" where % stands; a ramp is in percent: ramp 30..60 % by 90d..180d`},
		{"ramp 30..60 % in 90d", 14, "by which days of age"},
		{"ramp 30..60 % by 90d", 20, "due between two days of age"},
		{"ramp 30..60 % by 180d..90d", 17, "the earlier day comes first: by 90d..180d"},
		{"ramp 30..60 % by 90d..90d", 17, "by 90d..91d"},
		{"ramp 30..60 % by 3m..6m", 17, "an age is in days, such as 90d"},
		{"ramp 30..60 % by 90d..180d from launch", 32, "YYYY-MM-DD"},
		{"trend toward 0 near 1 over 12m", 6, "a trend goes up or down"},
		{"trend down to 0", 11, `found "to" where toward stands`},
		{"trend down toward 0 over 12m", 20, "what is near enough: toward 0 near 1 over 12m"},
		{"trend down toward 1 near 0 over 12m", 25, "near 0 beyond what is aimed at, 1"},
		{"trend up toward 10 near 11 over 12m", 24, "near 11 beyond what is aimed at, 10"},
		{"trend down toward 0 near 1", 26, "over 12m"},
		{"trend down toward 0 near 1 over 0m", 32, "a whole number above 0"},
		{"slo 100 % over 28d", 4, "leaves no budget to judge by"},
		{"slo 0 % over 28d", 4, "between 0 and 100 %"},
		{"slo 99.9 over 28d", 9, `found "over" where % stands; an objective is in percent: slo 99.9 % over 28d`},
		{"slo 99.9 %", 10, "an objective holds over a span"},
		{"judged", 6, "how often it is due: judged every 1q"},
		{"judged every quarter", 13, "a span is a whole number"},
		{"judged every 1q at amber", 19, "judged every 1q at least amber"},
		{"judged every 1q at least red", 25, "what is enough is green or amber"},
		{"all level 60 %", 4, "all takes its parts in brackets"},
		{"all(level 60 %, count 2 per month)", 14, "without separators"},
		{"all(level 60 % count 2 per month)", 15, "parts are set apart by ; and end with )"},
		{"all(level 60 %", 14, "found the end; parts are set apart"},
		{"all()", 4, "a target starts with"},
		{"all(level 60 %;)", 15, "a target starts with"},
		{"all(level 60 %) over 1y", 16, "nothing may follow"},
		{"all(any(all(any(all(level 60 %)))))", 16, "inside 4 others; write it flat"},
		{"all(level 60 %; level 1e3 %)", 22, "without an exponent"},
	}
	for _, tt := range tests {
		got, err := ParseExpr(tt.text)
		var e *ExprError
		if !errors.As(err, &e) {
			t.Errorf("ParseExpr(%q) = %v, %v", tt.text, got, err)
			continue
		}
		if e.Pos != tt.pos || !strings.Contains(e.Msg, tt.want) || e.Text != tt.text {
			t.Errorf("ParseExpr(%.40q): at %d: %s; want at %d: %q", tt.text, e.Pos, e.Msg, tt.pos, tt.want)
		}
	}
	if _, err := ParseExpr("level"); err.Error() != `at 5 "level": found the end; a number stands here, such as 60 or 4.2` {
		t.Errorf("the whole message: %v", err)
	}
}

// anyExpr draws a valid expression; one in six has parts.
func anyExpr(t *rapid.T) *Expr {
	switch kind := rapid.IntRange(0, 11).Draw(t, "form"); kind {
	case 0, 1:
		e := &Expr{Kind: []Kind{AllKind, AnyKind}[kind]}
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			e.Parts = append(e.Parts, anySingle(t))
		}
		if rapid.Bool().Draw(t, "nested") {
			e.Parts = append(e.Parts, &Expr{Kind: AnyKind, Parts: []*Expr{anySingle(t)}})
		}
		return e
	case 2, 3, 4, 5:
		return anyMore(t, []Kind{RampKind, TrendKind, SLOKind, JudgedKind}[kind-2])
	}
	return anySingle(t)
}

// anyMore draws one of the kinds that look at more than a value.
func anyMore(t *rapid.T, kind Kind) *Expr {
	percent := func(lo, hi int, name string) float64 {
		return float64(rapid.IntRange(lo, hi).Draw(t, name)) / 1000
	}
	e := &Expr{Kind: kind, Part: rapid.SampledFrom([]string{"", "a"}).Draw(t, "part")}
	span := Span{rapid.IntRange(1, 9999).Draw(t, "span"), rapid.SampledFrom([]byte("dwmqhy")).Draw(t, "unit")}
	switch kind {
	case RampKind:
		e.Dir, e.Floor = Up, percent(1, 50_000, "floor")
		if rapid.Bool().Draw(t, "range") {
			e.Stretch = num(percent(50_001, 100_000, "stretch"))
		}
		e.By[0] = rapid.IntRange(1, 500).Draw(t, "first")
		e.By[1] = e.By[0] + rapid.IntRange(1, 500).Draw(t, "more")
		if rapid.Bool().Draw(t, "dated") {
			e.From = civil(rapid.Int64Range(7305, 47000).Draw(t, "from"))
		}
	case TrendKind:
		e.Dir, e.Over = rapid.SampledFrom([]Direction{Up, Down}).Draw(t, "dir"), span
		e.Floor = percent(-9000, 9000, "near")
		e.Stretch = num(e.Floor + float64(e.Dir)*percent(0, 9000, "toward"))
	case SLOKind:
		e.Dir, e.Over, e.Floor = Up, span, percent(1, 99_999, "objective")
	default:
		e.Over, e.Least = span, rapid.SampledFrom([]string{"", "amber"}).Draw(t, "least")
	}
	return e
}

// anySingle draws a level, a change or a count.
func anySingle(t *rapid.T) *Expr {
	number := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(1, 1e9).Draw(t, "n")) / 1000 })
	e := &Expr{
		Kind:  rapid.SampledFrom([]Kind{LevelKind, ChangeKind, CountKind}).Draw(t, "kind"),
		Part:  rapid.SampledFrom([]string{"", "rate", "level"}).Draw(t, "part"),
		Floor: number.Draw(t, "floor"),
	}
	harder := func(dir Direction) *float64 {
		return num(e.Floor + float64(dir)*number.Draw(t, "more"))
	}
	grain := rapid.SampledFrom(Grains())
	span := Span{rapid.IntRange(1, 9999).Draw(t, "span"), rapid.SampledFrom([]byte("dwmqhy")).Draw(t, "unit")}
	dir := rapid.SampledFrom([]Direction{Up, Down}).Draw(t, "dir")
	if e.Kind == ChangeKind {
		e.Dir, e.Unit = dir, rapid.SampledFrom([]string{"pts", "abs"}).Draw(t, "change unit")
		if rapid.Bool().Draw(t, "range") {
			e.Stretch = harder(Up)
		}
		switch rapid.IntRange(0, 2).Draw(t, "mode") {
		case 0:
			e.YoY = true
		case 1:
			e.Per = grain.Draw(t, "per")
		default:
			e.In, e.From = span, civil(rapid.Int64Range(7305, 47000).Draw(t, "from"))
		}
		return e
	}
	if rapid.Bool().Draw(t, "compare") {
		e.Dir, e.Cmp = dir, map[Direction][]string{Up: {">=", ">"}, Down: {"<=", "<"}}[dir][rapid.IntRange(0, 1).Draw(t, "strict")]
	}
	if e.Kind == CountKind {
		e.Per = grain.Draw(t, "per")
		if e.Cmp == "" && rapid.Bool().Draw(t, "range") {
			e.Stretch = harder(Up)
		}
		return e
	}
	e.Unit = rapid.SampledFrom([]string{"", "%", "/5", "days", "kLOC", "pts"}).Draw(t, "level unit")
	if rapid.Bool().Draw(t, "range") {
		e.Stretch = harder(dir)
	}
	if rapid.Bool().Draw(t, "over") {
		e.Over, e.Trailing = span, true
	}
	return e
}

func TestPrintingAndParsingAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyExpr(t)
		got, err := ParseExpr(e.String())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", e, diff)
		}
	})
}

func FuzzParseExpr(f *testing.F) {
	for _, seed := range []string{
		"level 60..80 %", "level > 100 % stretch 110 %", "up 3..10 pts in 2q from 2026-01-01", "down 10..30 % yoy",
		"count <= 1 per year", "engagement: level 75..85 % over 1y trailing", "all(level 60 %; judged every 1q)",
		"level 1e9", "level 60–80 %", "up 3..10 pts in 2q from 2026-13-45", "trend down toward 0 near 1 over 12m", "", "\xff(", "a:b:c",
		"-", "..", "level -0 %", "LEVEL 5", "slo 99.9 % over 28d", "ramp 30..60 % by 90d..180d from ga", "judged every 1q at least amber",
		"all(a: level >= 4.0 /5; b: trend up toward 1000 near 0 over 12w; any(judged every 1q; slo 5 % over 1m))", "all(all(all(all(all(", "ramp", "all(;)",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseExpr(text)
		if err != nil {
			var at *ExprError
			if !errors.As(err, &at) || at.Pos < 0 || at.Pos > len(text) || at.Msg == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		canon := e.String()
		again, err := ParseExpr(canon)
		if err != nil || again.String() != canon {
			t.Fatalf("%q prints as %q, which reads as %v, %v", text, canon, again, err)
		}
		for _, unit := range []string{"%", "", "days", "/5"} {
			if e.Short(unit, Down) == "" {
				t.Fatalf("%q has no short form", text)
			}
		}
	})
}

func TestShort(t *testing.T) {
	tests := []struct {
		expr, unit string
		dir        Direction
		want       string
	}{
		{"up 3..10 pts in 2q from 2026-04-01", "%", Up, "+3–10 pts, 2 quarters"},
		{"level 70..85 %", "%", Up, "70–85%"},
		{"level > 100 % stretch 110 %", "%", Up, "over 100%"},
		{"level >= 4.2 /5", "/5", Up, "4.2 or more"},
		{"level >= 70 %", "%", Up, "70% or more"},
		{"level 70 %", "%", Up, "70% or more"},
		{"level 5..3 days", "days", Down, "3–5 days"},
		{"level < 3", "per 100 accounts", Down, "under 3"},
		{"level <= 1.0 %", "%", Down, "1% or less"},
		{"level 60..80 % over 1y trailing", "%", Up, "60–80%, over 1 year"},
		{"down 10..25 % yoy", "per 100 accounts", Down, "10–25% lower YoY"},
		{"up 10..25 % yoy", "", Up, "+10–25% YoY"},
		{"up 3..8 pts yoy", "pts", Up, "+3–8 points YoY"},
		{"up 1..3 pts per quarter", "%", Up, "+1–3 pts a quarter"},
		{"down 0.2..0.8 pts in 2q from 2026-01-01", "%", Down, "0.2–0.8 pts lower, 2 quarters"},
		{"up 1000 abs in 1y from 2026-01-01", "", Up, "+1,000, 1 year"},
		{"count 2..6 per month", "", Up, "2–6 a month"},
		{"count <= 2 per month", "", Down, "2 or fewer a month"},
		{"count >= 3 per week", "", Up, "3 or more a week"},
		{"count < 1 per year", "", Down, "under 1 a year"},
		{"ramp 30..60 % by 90d..180d from ga", "%", Up, "30–60% by day 90–180"},
		{"ramp 30 % by 90d..180d from ga", "%", Up, "30% by day 90–180"},
		{"trend down toward 0 near 1 over 12m", "", Down, "down toward 0, near 1"},
		{"slo 99.9 % over 28d", "%", Up, "99.9%, over 28 days"},
		{"judged every 1q at least amber", "rag", Up, "amber or better, every 1 quarter"},
		{"judged every 2m", "rag", Up, "green, every 2 months"},
		{"all(satisfaction: level >= 4.0 /5; pulse_rate: level 4; judged every 1q)", "/5", Up, "all of: satisfaction, pulse rate, judged"},
	}
	for _, tt := range tests {
		if got := mustParse(t, tt.expr).Short(tt.unit, tt.dir); got != tt.want {
			t.Errorf("Short(%q) = %q, want %q", tt.expr, got, tt.want)
		}
	}
}
