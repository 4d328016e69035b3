package dashboards

import (
	"math"
	"time"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// bridgeView is the waterfall from the revenue of a year ago to that of today.
type bridgeView struct {
	Caption  string
	Division string // the number, from both ends of the bridge
	Currency string
	Drawings []draw.Drawing
	Rows     []bridgeRow
}

type bridgeRow struct{ Name, Accounts, Amount, Share string }

// bridgeStep is one bar: from where it starts to where it ends, in minor units.
type bridgeStep struct {
	name     string
	accounts int
	from, to int64
	whole    bool // opening and closing stand on the ground
}

func stepsOf(b kpi.Bridge) []bridgeStep {
	at := b.Opening
	steps := []bridgeStep{{"Opening", b.Accounts, 0, b.Opening, true}}
	move := func(name string, accounts int, by int64) {
		steps = append(steps, bridgeStep{name, accounts, at, at + by, false})
		at += by
	}
	move("Expansion", b.Expanded, b.Expansion)
	if b.CameBack > 0 {
		move("Came back", b.CameBack, b.Returned)
	}
	move("Contraction", b.Contracted, -b.Contraction)
	move("Churn", b.Churned, -b.Churn)
	return append(steps, bridgeStep{"Closing", b.Accounts + b.CameBack - b.Churned, 0, b.Closing, true})
}

func newBridgeView(b *Bridge, row scorecard.Row, zone *time.Location) *bridgeView {
	if b == nil {
		return nil
	}
	v := &bridgeView{Caption: "what the customers of the opening pay, " + dates(b.Opens, b.Ends, zone), Currency: b.Money.Currency}
	ratio, ok := b.Ratio()
	if !ok {
		v.Division = "Nothing was paid at the opening."
		return v
	}
	closing, opening := float64(b.Closing), float64(b.Opening)
	v.Division = part(&closing, &b.Money) + " ÷ " + part(&opening, &b.Money) + " = " + measureOf(row).Format(100*ratio)
	steps := stepsOf(b.Bridge)
	for _, s := range steps {
		amount := float64(s.to - s.from)
		text := bareMoney(amount, b.Money, wholeMoney(max(b.Opening, b.Closing), b.Money))
		if !s.whole && amount > 0 {
			text = "+" + text
		}
		v.Rows = append(v.Rows, bridgeRow{s.name, count(s.accounts), text, shareText(amount, opening)})
	}
	label := "Bridge of revenue: " + v.Division
	v.Drawings = []draw.Drawing{drawBridge(steps, b.Money, label), drawBridgeThin(steps, b.Money, label)}
	return v
}

// bareMoney writes an amount without its currency, which stands in the head of the
// column; whole leaves out what stands after the point.
func bareMoney(minor float64, m scorecard.Money, whole bool) string {
	if whole {
		return plain(math.Round(minor/math.Pow10(m.Digits)), 0)
	}
	return plain(minor/math.Pow10(m.Digits), m.Digits)
}

// wholeMoney says whether a column goes without cents: they say nothing beside thousands.
func wholeMoney(most int64, m scorecard.Money) bool {
	return math.Abs(float64(most)) >= 1000*math.Pow10(m.Digits)
}

// height of the bars and of the drawing.
const (
	bridgeHeight = 210.0
	bridgeTop    = 26.0
)

// drawBridge draws the bars beside each other, from zero: a cut bar would lie.
func drawBridge(steps []bridgeStep, m scorecard.Money, label string) draw.Drawing {
	d := draw.New(label, "wide", wideWidth, bridgeHeight+bridgeTop+24)
	y := draw.Linear(0, topOf(steps), bridgeTop+bridgeHeight, bridgeTop)
	step := wideWidth / float64(len(steps))
	d.Line("ax-line", draw.At(0, bridgeTop+bridgeHeight), draw.At(wideWidth, bridgeTop+bridgeHeight))
	for i, s := range steps {
		left := (float64(i) + .16) * step
		right := left + .68*step
		hi, lo := y(float64(max(s.from, s.to))), y(float64(min(s.from, s.to)))
		d.Rect(barClass(s), left, hi, right, math.Max(lo, hi+1))
		if i < len(steps)-1 { // to the next bar
			d.Line("wf-join", draw.At(right, y(float64(s.to))), draw.At(right+.32*step, y(float64(s.to))))
		}
		d.Text("ch-label", left+.34*step, hi-7, bridgeText(s, m), "middle")
		d.Text("ax", left+.34*step, bridgeTop+bridgeHeight+18, s.name, "middle")
	}
	return d
}

// drawBridgeThin draws the bars below each other, where there is no room beside.
func drawBridgeThin(steps []bridgeStep, m scorecard.Money, label string) draw.Drawing {
	const row, left, right = 30.0, 84.0, thinWidth - 74
	d := draw.New(label, "thin", thinWidth, row*float64(len(steps))+6)
	x := draw.Linear(0, topOf(steps), left, right)
	for i, s := range steps {
		top := row*float64(i) + 4
		from, to := x(float64(min(s.from, s.to))), x(float64(max(s.from, s.to)))
		d.Rect(barClass(s), from, top, math.Max(to, from+1), top+20)
		if i < len(steps)-1 {
			d.Line("wf-join", draw.At(x(float64(s.to)), top+20), draw.At(x(float64(s.to)), top+row))
		}
		d.Text("ax", 0, top+14, s.name, "start")
		d.Text("ch-label", thinWidth, top+14, bridgeText(s, m), "end")
	}
	return d
}

func barClass(s bridgeStep) string {
	if s.whole {
		return "wf-whole"
	}
	return "wf-part"
}

func topOf(steps []bridgeStep) float64 {
	top := 1.0
	for _, s := range steps {
		top = math.Max(top, float64(max(s.from, s.to)))
	}
	return top
}

// bridgeText writes an amount where there is little room: three digits from a hundred
// thousand on.
func bridgeText(s bridgeStep, m scorecard.Money) string {
	v := math.Round(float64(s.to-s.from) / math.Pow10(m.Digits))
	text := kpi.Measure{Agg: kpi.Sum}.Format(v)
	if !s.whole && v > 0 {
		text = "+" + text
	}
	return text
}
