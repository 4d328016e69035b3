package kpi

// ramp reads a share that grows with age. A ramp is for adoption, so more is
// better, and the stretch is the larger number.
func (p *parser) ramp(e *Expr) {
	e.Kind, e.Dir = RampKind, Up
	at := p.peek()
	p.limits(e)
	switch {
	case e.Floor <= 0 || max(e.Floor, orZero(e.Stretch)) > 100:
		p.fail(at, "found a ramp to %s %%; a ramp leads to shares above 0 and up to 100 %%", e.span())
	case e.Stretch != nil && *e.Stretch < e.Floor:
		p.fail(at, "found %s with the stretch first; the easier end comes first: ramp %s..%s %%", e.span(), decimal(*e.Stretch), decimal(e.Floor))
	}
	p.word("%", "a ramp is in percent", "ramp "+e.span()+" % by 90d..180d")
	p.word("by", "a ramp says by which days of age it is due", "ramp "+e.span()+" % by 90d..180d")
	first := p.peek()
	e.By[0] = p.days()
	p.word("..", "a ramp is due between two days of age", "by 90d..180d")
	e.By[1] = p.days()
	if e.By[0] >= e.By[1] {
		p.fail(first, "found by %dd..%dd; the earlier day comes first: by %dd..%dd", e.By[0], e.By[1], min(e.By[0], e.By[1]), max(e.By[0], e.By[1], min(e.By[0], e.By[1])+1))
	}
	if p.accept("from") && !p.accept("ga") {
		e.From = p.date()
	}
}

// days reads a number of days.
func (p *parser) days() int {
	t := p.peek()
	s := p.span()
	if s.Unit != 'd' {
		p.fail(t, "found %s; an age is in days, such as 90d", t.found())
	}
	return s.N
}

// trend reads a movement toward a value.
func (p *parser) trend(e *Expr) {
	e.Kind, e.Dir = TrendKind, Up
	switch t := p.take(); t.text {
	case "up":
	case "down":
		e.Dir = Down
	default:
		p.fail(t, "found %s; a trend goes up or down: trend down toward 0 near 1 over 12m", t.found())
	}
	p.word("toward", "a trend says where it leads", "trend "+dirWord(e.Dir)+" toward 0 near 1 over 12m")
	toward := p.number()
	e.Stretch = &toward
	p.word("near", "a trend says what is near enough", "toward "+decimal(toward)+" near 1 over 12m")
	at := p.peek()
	e.Floor = p.number()
	if float64(e.Dir)*(toward-e.Floor) < 0 {
		p.fail(at, "found near %s beyond what is aimed at, %s; near is what is good enough on the way %s to it", decimal(e.Floor), decimal(toward), dirWord(e.Dir))
	}
	p.word("over", "a trend says over which span it is looked for", "over 12m")
	e.Over = p.span()
}

// slo reads an objective with its window.
func (p *parser) slo(e *Expr) {
	e.Kind, e.Dir = SLOKind, Up
	at := p.peek()
	e.Floor = p.number()
	if e.Floor <= 0 || e.Floor >= 100 {
		p.fail(at, "found slo %s %%; an objective lies between 0 and 100 %%, and one of 100 %% leaves no budget to judge by", decimal(e.Floor))
	}
	p.word("%", "an objective is in percent", "slo "+decimal(e.Floor)+" % over 28d")
	p.word("over", "an objective holds over a span", "slo "+decimal(e.Floor)+" % over 28d")
	e.Over = p.span()
}

// judged reads how often people set a traffic light, and which is enough.
func (p *parser) judged(e *Expr) {
	e.Kind = JudgedKind
	p.word("every", "a judgement says how often it is due", "judged every 1q")
	e.Over = p.span()
	if !p.accept("at") {
		return
	}
	p.word("least", "a judgement may say which light is enough", "judged every "+e.Over.String()+" at least amber")
	switch t := p.take(); t.text {
	case "green":
	case "amber":
		e.Least = "amber"
	default:
		p.fail(t, "found %s; what is enough is green or amber: at least amber", t.found())
	}
}

// word demands one word or sign and says what for.
func (p *parser) word(want, why, example string) {
	if t := p.take(); t.text != want {
		p.fail(t, "found %s where %s stands; %s: %s", t.found(), want, why, example)
	}
}
