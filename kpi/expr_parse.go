package kpi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseExpr reads a target expression:
//
//	single = [ part ":" ] ( level | change | count )
//	level  = "level" ( cmp num [unit] [ "stretch" num [unit] ] | range [unit] ) [ "over" span [ "trailing" ] ]
//	change = ( "up" | "down" ) range ( "pts" | "%" | "abs" ) ( "in" span "from" date | "yoy" | "per" period )
//	count  = "count" ( range | cmp num ) "per" period
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
	e := p.single()
	if t := p.take(); t.kind != endToken {
		p.fail(t, "found %s after the end of the target; nothing may follow %q", t.found(), e)
	}
	return e
}

// single reads one target.
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
	case "ramp", "trend", "slo", "judged", "all", "any":
		p.fail(t, "found a target of kind %s; this version judges level, change (up or down) and count", t.text)
	default:
		p.fail(t, "found %s; a target starts with level, up, down or count, such as %q", t.found(), p.suggest(t))
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

// comparison reads a comparison with its number, if one is next.
func (p *parser) comparison(e *Expr) bool {
	if p.peek().kind != cmpToken {
		return false
	}
	e.Cmp = p.take().text
	e.Dir = Up
	if e.Cmp[0] == '<' {
		e.Dir = Down
	}
	e.Floor = p.number()
	if t := p.peek(); t.kind == dotsToken {
		p.fail(t, "found a range after %s; write either %s %s or a range without the comparison", e.Cmp, e.Cmp, decimal(e.Floor))
	}
	return true
}

// limits reads a range or a single number.
func (p *parser) limits(e *Expr) {
	e.Floor = p.number()
	if t := p.peek(); t.kind != dotsToken {
		if t.kind == numberToken {
			p.fail(t, "found %s after %s; write a range with two dots: %s..%s", t.found(), decimal(e.Floor), decimal(e.Floor), strings.TrimPrefix(t.text, "-"))
		}
		return
	}
	p.take()
	at := p.peek()
	v := p.number()
	if v == e.Floor {
		p.fail(at, "found the range %s..%s with equal ends; write %s alone", decimal(v), decimal(v), decimal(v))
	}
	e.Stretch = &v
}

// number reads a decimal.
func (p *parser) number() float64 {
	t := p.take()
	if t.kind != numberToken {
		p.fail(t, "found %s; a number stands here, such as 60 or 4.2", t.found())
		return 0
	}
	v, err := strconv.ParseFloat(t.text, 64)
	if err != nil || math.Abs(v) > maxNumber {
		p.fail(t, "found %s; numbers go up to %s", t.found(), decimal(maxNumber))
		return 0
	}
	if v == 0 {
		return 0 // never -0, which prints as itself
	}
	return v
}

// maxNumber keeps whole numbers exact in sums and products with room to spare.
const maxNumber = 1e15

// unit reads a unit if one is next.
func (p *parser) unit() string {
	t := p.peek()
	if t.kind == unitToken || t.kind == wordToken && t.text != "over" && t.text != "stretch" {
		return p.take().text
	}
	return ""
}

func (p *parser) span() Span {
	t := p.take()
	s, err := ParseSpan(t.text)
	if t.kind != spanToken || err != nil || s.N == 0 {
		p.fail(t, "found %s; a span is a whole number above 0 and d, w, m, q, h or y, such as 2q", t.found())
	}
	return s
}

func (p *parser) date() Date {
	t := p.take()
	d, err := ParseDate(t.text)
	if err != nil {
		p.fail(t, "found %s; a day stands here that exists, from %d to %d, as YYYY-MM-DD", t.found(), minYear, maxYear)
	}
	return d
}

func (p *parser) period() Grain {
	t := p.take()
	for _, g := range Grains() {
		if t.text == string(g) {
			return g
		}
	}
	p.fail(t, "found %s; a period is week, month, quarter, half or year", t.found())
	return ""
}

func (p *parser) peek() token { return p.tokens[p.i] }

// take moves on; the end is never passed. Text that is no token is refused with
// the reason the lexer gives.
func (p *parser) take() token {
	t := p.tokens[p.i]
	if t.kind != endToken {
		p.i++
	}
	if t.kind == badToken {
		p.fail(t, "found %s; %s", t.found(), t.why)
	}
	return t
}

func (p *parser) accept(word string) bool {
	if p.peek().text != word {
		return false
	}
	p.take()
	return true
}

func (p *parser) fail(t token, format string, args ...any) {
	if p.err == nil {
		p.err = &ExprError{Text: p.text, Pos: t.pos, Msg: fmt.Sprintf(format, args...)}
	}
}

func orZero(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
