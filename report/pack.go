package report

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// PackFormat is the version of the JSON of a Pack. It goes up when a field changes its
// meaning; older packs are read as they were written.
const PackFormat = 1

// Pack is the review of a quarter with everything it shows. Numbers stand beside the
// text that shows them, so that a pack that was frozen reads the same whatever becomes
// of formats, targets and definitions. Text is plain; nothing in it is markup.
type Pack struct {
	Format      int                    `json:"format"`
	Portfolio   scorecard.PortfolioRef `json:"portfolio"`
	Period      Span                   `json:"period"`
	Before      Span                   `json:"before"`
	YearAgo     Span                   `json:"year_ago"`
	Week        string                 `json:"week"`     // the last whole one of the quarter, or of what has passed of it
	KnownAt     string                 `json:"known_at"` // RFC 3339: what had been recorded by then is in it
	KnownOn     string                 `json:"known_on"` // the same as a day of the company's zone: 21 Sep 2026
	DataVersion string                 `json:"data_version"`
	Sample      bool                   `json:"sample"`
	Headline    Section                `json:"headline"`
	Story       []Section              `json:"story"`
	Verdicts    []Verdicts             `json:"verdicts"`
	KPIs        []KPI                  `json:"kpis"` // in the order of the page
	Deciding    []string               `json:"deciding"`
	Moved       []Moved                `json:"moved"`
	Charts      []Chart                `json:"charts"`
	Bets        Bets                   `json:"bets"`
	Promised    []Promise              `json:"promised"`
	Risks       []Risk                 `json:"risks"`
	Register    []Matter               `json:"register"`
	Notes       []Note                 `json:"notes"`
	Restated    []Restated             `json:"restatements"`
	Definitions []Definition           `json:"definitions"`
	Sources     []Source               `json:"sources"`
}

// Span is a quarter.
type Span struct {
	ID     string `json:"id"`    // 2026-Q2
	Name   string `json:"name"`  // Q2 2026
	Short  string `json:"short"` // Q2
	Starts string `json:"starts"`
	Ends   string `json:"ends"`  // exclusive; both RFC 3339
	Dates  string `json:"dates"` // 1 April to 30 June 2026
	Open   bool   `json:"open"`  // it had not ended
}

// Section of the narrative.
type Section struct {
	Name       kpi.Section `json:"name"`
	Title      string      `json:"title"` // "What happened"; "" for the headline
	Paragraphs [][]Phrase  `json:"paragraphs"`
	// Of what a person wrote: who and when, and what its references showed then when
	// they show something else now. All "" and none when it is generated.
	By       string  `json:"by"`
	On       string  `json:"on"`
	Revision int     `json:"revision"`
	Since    []Shift `json:"since"`
}

// Phrase is a piece of a paragraph. KPI and What are those of a kpi.Ref, "" in plain text.
type Phrase struct {
	Text string `json:"text"`
	KPI  string `json:"kpi"`
	What string `json:"what"`
	// Restated says that the number is not the one that was first reported.
	Restated bool `json:"restated"`
}

// Shift is a number that changed under a text.
type Shift struct {
	Name string `json:"name"` // of the KPI
	Ref  string `json:"ref"`  // {kpi.what}
	Was  string `json:"was"`
	Now  string `json:"now"`
}

// Text of a section as it is read, paragraphs one a line.
func (s Section) Text() string {
	var b bytes.Buffer
	for i, p := range s.Paragraphs {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, phrase := range p {
			b.WriteString(phrase.Text)
		}
	}
	return b.String()
}

// Verdicts counts a status in the quarter before, as first reported, and now.
type Verdicts struct {
	Status kpi.Status `json:"status"`
	Before int        `json:"before"`
	First  int        `json:"first"`
	Now    int        `json:"now"`
}

// Moved is a number or a verdict that is not as it was first reported.
type Moved struct {
	KPI   string `json:"kpi"`
	Name  string `json:"name"`
	First string `json:"first"`
	Now   string `json:"now"`
	Why   string `json:"why"` // "" when nobody recorded a cause
}

// Encode writes a pack. The same pack gives the same bytes: fields come in the order of
// the type and there is no map in it.
func (p *Pack) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is kept and hashed, never put into a page as it is
	if err := e.Encode(p); err != nil {
		return nil, fmt.Errorf("write the pack of %s %s: %w", p.Portfolio.ID, p.Period.ID, err)
	}
	return b.Bytes(), nil
}

// Same says whether two packs say the same, whenever each of them was gathered.
func (p *Pack) Same(o *Pack) bool {
	a, b := *p, *o
	a.KnownAt, a.KnownOn, b.KnownAt, b.KnownOn = "", "", "", ""
	x, errX := a.Encode()
	y, errY := b.Encode()
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Decode reads what Encode wrote.
func Decode(body []byte) (*Pack, error) {
	p := new(Pack)
	if err := json.Unmarshal(body, p); err != nil {
		return nil, fmt.Errorf("read a frozen pack: %w", err)
	}
	if p.Format < 1 || p.Format > PackFormat {
		return nil, fmt.Errorf("the frozen pack has format %d and this kpid reads 1 to %d: take the kpid that froze it, or a newer one", p.Format, PackFormat)
	}
	return p, nil
}

// KPI finds a row.
func (p *Pack) KPI(id, measure string) (KPI, bool) {
	for _, k := range p.KPIs {
		if k.ID == id && k.Measure == measure {
			return k, true
		}
	}
	return KPI{}, false
}
