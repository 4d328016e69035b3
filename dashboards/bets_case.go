package dashboards

import (
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// casesView is the panel of what bets are and were worth.
type casesView struct {
	Rows []caseRow
	Sums []caseSum
	Of   int    // bets shown
	Add  string // where a value is entered; "" when this server only reads
}

// caseRow is a bet of which somebody said what it is worth.
type caseRow struct {
	Name, URL          string // of its row above
	Expected, Realised string
	Said               string // who said what counts, and when
	Late               bool
	Links              []awayLink
	Enter              string
}

// caseSum adds up one currency.
type caseSum struct{ Currency, Expected, Realised, Says string }

// newCases gathers the business cases of bets, in the order they are given.
func (s *server) newCases(node string, list []Bet) casesView {
	v := casesView{Of: len(list)}
	site := s.reader.Site()
	if s.entries != nil {
		v.Add = "/p/" + node + "/enter/" + Valuing
	}
	var cases []kpi.BusinessCase
	for _, b := range list {
		if len(b.Case.Entries) == 0 {
			continue
		}
		cases = append(cases, b.Case)
		row := caseRow{Name: b.Name, URL: "#" + betAnchor(b), Expected: caseText(b.Case.Expected), Realised: caseText(b.Case.Realised), Late: b.Case.Late, Links: newAwayLinks(b.Case.Links)}
		var said []string
		for _, e := range []*kpi.CaseEntry{b.Case.Expected, b.Case.Realised} {
			if e != nil {
				said = append(said, string(e.Line)+" as of "+e.At.String()+", signed "+personName(site, e.Author))
			}
		}
		row.Said = strings.Join(said, "; ")
		if v.Add != "" {
			row.Enter = address(v.Add, "bet", b.Key())
		}
		v.Rows = append(v.Rows, row)
	}
	for _, c := range kpi.SumCases(cases) {
		v.Sums = append(v.Sums, caseSum{c.Currency, amountText(c.Expected, c.Currency, c.Digits), amountText(c.Realised, c.Currency, c.Digits),
			plural(c.WithExpected, "bet", "bets") + " with an expected value, " + count(c.WithRealised) + " with a realised one, " + count(c.Both) + " with both"})
	}
	return v
}

// caseText writes the amount of a line; a dash where nobody has said.
func caseText(e *kpi.CaseEntry) string {
	if e == nil {
		return enDash
	}
	return amountText(e.Minor, e.Currency, e.Digits)
}

// amountText writes money: USD 125,000 or −EUR 0.50. Minor digits are left out when
// they are all zero.
func amountText(minor int64, currency string, digits int) string {
	sign := ""
	if minor < 0 {
		sign, minor = minus, -minor
	}
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	text := kpi.FormatCount(minor / unit)
	if rest := minor % unit; rest != 0 {
		fraction := strconv.FormatInt(rest, 10)
		text += "." + strings.Repeat("0", digits-len(fraction)) + fraction
	}
	return sign + currency + " " + text
}

// amountPlain writes an amount for a file: 125000.00, with no currency; "" for none.
func amountPlain(e *kpi.CaseEntry) string {
	if e == nil {
		return ""
	}
	sign, digits := "", strconv.FormatInt(e.Minor, 10)
	if e.Minor < 0 {
		sign, digits = "-", digits[1:]
	}
	if e.Digits == 0 {
		return sign + digits
	}
	if short := e.Digits + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	return sign + digits[:len(digits)-e.Digits] + "." + digits[len(digits)-e.Digits:]
}

func caseCurrency(e *kpi.CaseEntry) string {
	if e == nil {
		return ""
	}
	return e.Currency
}

// valueAnswer is a standing amount of a bet in the API.
type valueAnswer struct {
	Minor      int64  `json:"minor"`
	Currency   string `json:"currency"`
	Digits     int    `json:"digits"`
	At         string `json:"at"`
	Text       string `json:"text"`
	Author     string `json:"author"`
	RecordedAt string `json:"recorded_at"`
}

func newValueAnswer(e *kpi.CaseEntry) *valueAnswer {
	if e == nil {
		return nil
	}
	return &valueAnswer{e.Minor, e.Currency, e.Digits, e.At.String(), e.Text, e.Author, e.RecordedAt.String()}
}

// sumAnswer adds up one currency in the API.
type sumAnswer struct {
	Currency     string `json:"currency"`
	Digits       int    `json:"digits"`
	Expected     int64  `json:"expected_minor"`
	Realised     int64  `json:"realised_minor"`
	WithExpected int    `json:"with_expected"`
	WithRealised int    `json:"with_realised"`
	Both         int    `json:"with_both"`
}

func sumAnswers(list []Bet) []sumAnswer {
	var cases []kpi.BusinessCase
	for _, b := range list {
		cases = append(cases, b.Case)
	}
	out := []sumAnswer{}
	for _, c := range kpi.SumCases(cases) {
		out = append(out, sumAnswer(c))
	}
	return out
}
