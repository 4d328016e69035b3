package kpi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

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
