package dashboards

import "github.com/kpid/kpid/kpi"

// Bet is an initiative that promised a lift of a KPI by a date. Baseline and
// lifts are in the unit its KPI is shown in, with the sign the source gave them.
type Bet struct {
	kpi.Bet
	Name       string
	Owner      string // person id or name; "" is nobody
	Size, Risk string // "" where the source says nothing
	URL        string // of the tracker; anything but https is not linked
	Registered *kpi.Millis
	Killed     *kpi.Millis
	Seen       kpi.Judged
	SignedBy   string // name of who recorded the lift; "" where only the source is known
	Stage      kpi.Stage
	Case       kpi.BusinessCase // what people say it is and was worth
}

// Key names a bet in a page, for anchors and forms.
func (b Bet) Key() string { return b.Source + "/" + b.ID }

// Initiative is a line of the roadmap.
type Initiative struct {
	Source, ID, Product string
	Name, Owner         string
	Size, Risk, Horizon string // "" where the source says nothing
	KPI                 string // "" is linked to none
	URL                 string
	MeasureBy           *kpi.Millis
	Released, Killed    *kpi.Millis
	Missing             []string // of a measurement plan, in words
	Bet                 *Bet     // nil without a whole promise
}

// Release is one planned or made release of a product; Planned or Released is set.
type Release struct {
	Source, ID, Product, Name string
	Planned, Released         *kpi.Millis
}

// Roadmap is what the products of a node and below plan and released.
type Roadmap struct {
	Initiatives []Initiative // in id order
	Releases    []Release    // of the last year and those to come
}

// safeURL keeps a link only when a reader may follow it.
func safeURL(text string) string {
	if kpi.CheckLink(text) != nil {
		return ""
	}
	return text
}

// inTool names the tool that a link leads to, after what is said before it; nothing is
// added where no link is followed.
func inTool(about, url string) string {
	if url == "" {
		return about
	}
	return about + " · " + kpi.LinkTool(url)
}
