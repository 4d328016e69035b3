package kpi

import "strings"

// ParseExpr reads a target expression:
//
//	expr   = ( "all" | "any" ) "(" expr { ";" expr } ")" | single
//	single = [ part ":" ] ( level | change | count | ramp | trend | slo | judged )
//	level  = "level" ( cmp num [unit] [ "stretch" num [unit] ] | range [unit] ) [ "over" span [ "trailing" ] ]
//	change = ( "up" | "down" ) range ( "pts" | "%" | "abs" ) ( "in" span "from" date | "yoy" | "per" period )
//	count  = "count" ( range | cmp num ) "per" period
//	ramp   = "ramp" range "%" "by" days ".." days [ "from" ( "ga" | date ) ]
//	trend  = "trend" ( "up" | "down" ) "toward" num "near" num "over" span
//	slo    = "slo" num "%" "over" span
//	judged = "judged" "every" span [ "at" "least" ( "green" | "amber" ) ]
//	range  = num ".." num | num         the first is the easier one
//
// What needs the measure (its unit, which way is better) is left to
// Target.Check. The error is an *ExprError.
func ParseExpr(text string) (*Expr, error) {
	p := &parser{text: text, tokens: lex(text)}
	if e := p.parse(); p.err == nil {
		return e, nil
	}
	return nil, p.err
}

// parser keeps the first error; after it every method reads on harmlessly.
type parser struct {
	text   string
	tokens []token
	i      int
	guess  bool // a suggestion is being tried; it needs none of its own
	err    *ExprError
}

func (p *parser) parse() *Expr {
	e := p.expr(0)
	if t := p.take(); t.kind != endToken {
		p.fail(t, "found %s after the end of the target; nothing may follow %q", t.found(), e)
	}
	return e
}

// maxDepth is how deep all and any may nest; a person reads no deeper, and a
// reader that calls itself needs an end.
const maxDepth = 4

// expr reads one target or a composite of some.
func (p *parser) expr(depth int) *Expr {
	t := p.peek()
	if t.text != "all" && t.text != "any" || p.tokens[p.i+1].text == ":" {
		return p.single()
	}
	p.take()
	e := &Expr{Kind: Kind(t.text)}
	if depth == maxDepth {
		p.fail(t, "found %s inside %d others; write it flat", t.text, maxDepth)
	}
	if open := p.take(); open.text != "(" {
		p.fail(open, "found %s; %s takes its parts in brackets: %s(level >= 4 /5; count <= 1 per year)", open.found(), t.text, t.text)
	}
	for p.err == nil {
		e.Parts = append(e.Parts, p.expr(depth+1))
		switch sep := p.take(); sep.text {
		case ";":
		case ")":
			return e
		default:
			p.fail(sep, "found %s; parts are set apart by ; and end with )", sep.found())
		}
	}
	return e
}

// single reads one target without parts.
func (p *parser) single() *Expr {
	e := &Expr{}
	if t := p.peek(); t.kind == wordToken && p.tokens[p.i+1].text == ":" {
		e.Part = t.text
		p.i += 2
	}
	switch t := p.take(); t.text {
	case "level":
		p.level(e)
	case "up", "down":
		e.Dir = Up
		if t.text == "down" {
			e.Dir = Down
		}
		p.change(e, t)
	case "count":
		p.count(e)
	case "ramp":
		p.ramp(e)
	case "trend":
		p.trend(e)
	case "slo":
		p.slo(e)
	case "judged":
		p.judged(e)
	default:
		p.fail(t, "found %s; a target starts with level, up, down, count, ramp, trend, slo, judged, all or any, such as %q", t.found(), p.suggest(t))
	}
	return e
}

// suggest is the nearest valid target for text that starts with none.
func (p *parser) suggest(t token) string {
	if !p.guess {
		for _, text := range []string{strings.ToLower(p.text), "level " + p.text[t.pos:]} {
			try := &parser{text: text, tokens: lex(text), guess: true}
			if e := try.parse(); try.err == nil {
				return e.String()
			}
		}
	}
	return "level 60..80 %"
}

func (p *parser) level(e *Expr) {
	e.Kind = LevelKind
	if p.comparison(e) {
		e.Unit = p.unit()
		if p.accept("stretch") {
			p.stretch(e)
		}
	} else {
		p.limits(e)
		e.Unit = p.unit()
		if t := p.peek(); t.text == "stretch" {
			p.fail(t, "found stretch without a comparison; write the range %s..X, or level >= %s stretch X", decimal(e.Floor), decimal(e.Floor))
		}
	}
	if t := p.peek(); t.kind == dotsToken {
		p.fail(t, "found a unit inside a range; write it once, after the range: 60..80 %%")
	}
	if p.accept("over") {
		p.over(e)
	}
}

// stretch reads the harder limit of a comparison.
func (p *parser) stretch(e *Expr) {
	t := p.peek()
	v := p.number()
	unit := p.unit()
	switch {
	case e.Unit == "":
		e.Unit = unit
	case unit != "" && unit != e.Unit:
		p.fail(t, "found a stretch in %s for a floor in %s; both take one unit", unit, e.Unit)
	}
	if float64(e.Dir)*(v-e.Floor) <= 0 {
		p.fail(t, "found stretch %s, which is not beyond the floor %s %s; the floor comes first", decimal(v), e.Cmp, decimal(e.Floor))
	}
	e.Stretch = &v
}

func (p *parser) over(e *Expr) {
	t := p.peek()
	e.Over = p.span()
	e.Trailing = p.accept("trailing")
	if !e.Trailing && (e.Over.N != 1 || e.Over.Unit == 'd') {
		p.fail(t, "found over %s; a calendar span is 1w, 1m, 1q, 1h or 1y; for the last %s write over %s trailing", e.Over, e.Over, e.Over)
	}
}

func (p *parser) change(e *Expr, verb token) {
	e.Kind = ChangeKind
	at := p.peek()
	p.limits(e)
	if e.Floor <= 0 {
		p.fail(at, "found %s %s; the size of a change is above 0, its way is said by up or down", verb.text, e.span())
	}
	if e.Stretch != nil && *e.Stretch <= e.Floor {
		p.fail(at, "found %s with the stretch first; the easier end comes first: %s %s..%s", e.span(), verb.text, decimal(*e.Stretch), decimal(e.Floor))
	}
	switch t := p.take(); t.text {
	case "pts", "%", "abs":
		e.Unit = t.text
	default:
		p.fail(t, "found %s; a change is in pts (points of a rate), %% (of the baseline) or abs (the unit itself): %s %s pts", t.found(), verb.text, e.span())
	}
	if e.Unit == "%" && e.Dir == Down && max(e.Floor, orZero(e.Stretch)) > 100 {
		p.fail(at, "found down %s %%; nothing falls by more than 100 %% of itself", e.span())
	}
	switch t := p.take(); t.text {
	case "in":
		e.In = p.span()
		from := p.take()
		if from.text != "from" {
			p.fail(from, "found %s; in %s needs the day its baseline is taken: in %s from YYYY-MM-DD", from.found(), e.In, e.In)
		}
		e.From = p.date()
	case "yoy":
		e.YoY = true
	case "per":
		e.Per = p.period()
	default:
		p.fail(t, "found %s; a change says since when: in 2q from YYYY-MM-DD, yoy, or per quarter", t.found())
	}
}

func (p *parser) count(e *Expr) {
	e.Kind = CountKind
	at := p.peek()
	if !p.comparison(e) {
		p.limits(e)
	}
	if e.Floor < 0 || orZero(e.Stretch) < 0 {
		p.fail(at, "found a count below 0; counts start at 0")
	}
	if t := p.take(); t.text != "per" {
		p.fail(t, "found %s; a count is per week, month, quarter, half or year: count %s per month", t.found(), e.limit())
	}
	e.Per = p.period()
}
