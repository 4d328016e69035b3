package dashboards

import (
	"context"
	"math"
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// fieldView is what stands below the chart of a KPI: drivers and charts from the field.
// What does not belong to the KPI is nil.
type fieldView struct {
	Drivers *driversView
	Bridge  *bridgeView
	Funnel  *funnelView
	Spread  *spreadView
	Grid    *gridView
}

// field asks for it and writes it out.
func (s *server) field(ctx context.Context, q Query, row scorecard.Row) (fieldView, error) {
	f, err := s.reader.Field(ctx, q, row)
	if err != nil || f == nil {
		return fieldView{}, err
	}
	when, zone := spanText(f.Periods), s.reader.Site().Calendar.Zone
	v := fieldView{Bridge: newBridgeView(f.Bridge, row, zone), Funnel: newFunnelView(f.Funnel, row, when),
		Spread: newSpreadView(f.Spread, row, when), Grid: newGridView(f.Grid)}
	if f.Bridge != nil {
		when = dates(f.Bridge.Opens, f.Bridge.Ends, zone)
	}
	if d := f.Drivers; d != nil && d.Ends > 0 {
		when = dates(d.Starts, d.Ends, zone)
	}
	v.Drivers = newDriversView(f.Drivers, when)
	return v, nil
}

// spanText names one period, or the first and last of several.
func spanText(periods []string) string {
	switch n := len(periods); n {
	case 0:
		return ""
	case 1:
		return periodLong(periods[0])
	default:
		return periodLong(periods[0]) + " to " + periodLong(periods[n-1])
	}
}

// driversView is the table of reasons.
type driversView struct {
	Title, Caption, Empty string
	Head                  driverHead
	Currency              string
	Rows                  []driverRow
	Total                 driverRow
	Loss, ByAmount        bool // columns there are; that of the number comes first
	Before                bool
}

type driverHead struct{ Name, Count, Before string }

type driverRow struct {
	Name, Note, Count, Less, Amount, Share, Change, Bar string
	Plain                                               bool // Name is ours, not a source's
	Loss, ByAmount, Compared                            bool // cells there are
}

// words of a kind of drivers.
type driverWords struct{ title, name, count, none, empty, one, many, folded string }

func wordsOf(k DriverKind) driverWords {
	switch k {
	case LossReasons:
		return driverWords{"Why customers leave or pay less", "Reason", "Left", "No reason given", "No account left or paid less in ", "account", "accounts", "reasons"}
	case WinReasons:
		return driverWords{"Why trials became customers", "Reason", "Trials", "No reason given", "No trial became a customer in ", "trial", "trials", "reasons"}
	case TicketTopics:
		return driverWords{"What tickets are about", "Topic", "Tickets", "No topic", "No ticket counts in ", "ticket", "tickets", "topics"}
	}
	return driverWords{"What caused the incidents", "Cause", "Incidents", "Cause not known", "No incident of the severities that count in ", "incident", "incidents", "causes"}
}

func newDriversView(d *Drivers, when string) *driversView {
	if d == nil {
		return nil
	}
	w := wordsOf(d.Kind)
	v := &driversView{Title: w.title, Head: driverHead{w.name, w.count, "Change"}, Loss: d.Kind == LossReasons, ByAmount: d.ByAmount, Before: len(d.Before) > 0}
	if d.Money != nil {
		v.Currency = d.Money.Currency
	}
	if v.Before {
		v.Head.Before = "Change on " + spanText(d.Before)
		if v.Loss {
			v.Head.Before = "Left, change on " + spanText(d.Before)
		}
	}
	var all kpi.Driver
	counted, before := 0, 0
	for _, r := range d.Rows {
		all.Count, all.Less, all.Amount = all.Count+r.Count, all.Less+r.Less, all.Amount+r.Amount
		if !r.Out {
			counted += r.Count
		}
		if r.Before != nil {
			before += *r.Before
		}
	}
	if all.Count+all.Less == 0 {
		v.Empty = w.empty + when + "."
		return v
	}
	v.Caption = d.caption(w, all, counted, when)
	longest := 0.0
	for _, r := range d.Rows {
		longest = math.Max(longest, d.size(r))
	}
	for _, r := range d.Rows {
		line := d.row(w, r, all)
		line.Bar = barWidth(d.size(r), longest)
		v.Rows = append(v.Rows, line)
	}
	all.Before = &before
	v.Total = d.row(w, all, all)
	v.Total.Name = "All"
	return v
}

// caption says what the lines add up to.
func (d *Drivers) caption(w driverWords, all kpi.Driver, counted int, when string) string {
	switch {
	case d.Kind == LossReasons:
		return plural(all.Count, "account", "accounts") + " left and " + plural(all.Less, "pays", "pay") + " less, " + when
	case !d.Measured:
		return plural(all.Count, w.one, w.many) + ", " + when + "; not part of the number above"
	case counted != all.Count:
		return count(counted) + " of " + plural(all.Count, w.one, w.many) + " count, " + when
	}
	return plural(all.Count, w.one, w.many) + ", " + when
}

func (d *Drivers) row(w driverWords, r kpi.Driver, all kpi.Driver) driverRow {
	out := driverRow{Name: r.Name, Count: count(r.Count), Less: count(r.Less), Change: unknown,
		Loss: d.Kind == LossReasons, ByAmount: d.ByAmount, Compared: len(d.Before) > 0}
	switch {
	case r.Folded > 1:
		out.Name, out.Plain = "Other", true
		out.Note = count(r.Folded) + " " + w.folded
	case r.Name == "":
		out.Name, out.Plain = w.none, true
	}
	if r.Out && d.Measured && r.Count > 0 {
		out.Note = strings.TrimPrefix(out.Note+", not counted", ", ")
	}
	out.Share = shareText(d.size(r), d.size(all))
	if d.Money != nil {
		out.Amount = bareMoney(float64(r.Amount), *d.Money, wholeMoney(all.Amount, *d.Money))
	}
	if r.Before != nil {
		out.Change = changeText(r.Count - *r.Before)
	}
	return out
}

// size of a line is what the number is of: units or money.
func (d *Drivers) size(r kpi.Driver) float64 {
	if d.ByAmount {
		return float64(r.Amount)
	}
	return float64(r.Count)
}

// shareText writes a share of a whole; of nothing there is none.
func shareText(part, whole float64) string {
	if whole == 0 {
		return unknown
	}
	return kpi.Measure{Unit: "%"}.Format(100 * part / whole)
}

// barWidth of a bar that is 100 wide.
func barWidth(part, whole float64) string {
	if whole <= 0 || part <= 0 {
		return "0"
	}
	return draw.Px(100 * math.Min(1, part/whole))
}

// changeText writes a change of a count: +1, ±0, −2.
func changeText(d int) string {
	switch {
	case d > 0:
		return "+" + count(d)
	case d == 0:
		return "±0"
	}
	return count(d)
}
