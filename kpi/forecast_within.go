package kpi

import "math"

// weekdayReach is how many days weekday means look back over: eight weeks.
const weekdayReach = 56

// yearOfWeeks is a year in whole weeks, so that weekdays fall on weekdays.
const yearOfWeeks = 364

// Daily is an additive measure by local day; the value i is that of day First + i.
type Daily struct {
	First  int64
	Values []float64
}

// Days are local days, To not included.
type Days struct{ From, To int64 }

// Within forecasts the total of a period that is running. Days before at are
// complete. To what is done so far comes, for each day that remains, the mean of
// its weekday over the last eight weeks; or, where a year is there and it has been
// nearer, the same day 364 days before, scaled by the last four weeks over theirs
// (part 5 scales the recent means by that ratio, which would count the year's
// growth twice). Past periods are forecast at the same elapsed share; their errors
// give the interval, and below eight of them there is no forecast.
func (d Daily) Within(running Days, at int64, past []Days) Forecast {
	best := Forecast{Why: "too few past periods to test a forecast on"}
	if at >= running.To {
		best.Why = "the period is over"
		return best
	}
	at = max(at, running.From)
	elapsed := float64(at-running.From) / float64(running.To-running.From)
	for _, m := range []Method{Weekdays, LastYear} {
		value, ok := d.guess(m, running, at)
		if !ok {
			continue
		}
		var errs record
		for _, p := range past {
			then := p.From + int64(math.Round(elapsed*float64(p.To-p.From)))
			if guess, ok := d.guess(m, p, then); ok {
				errs.add(guess, d.sum(p.From, p.To))
			}
		}
		if f, ok := errs.forecast(m, value); ok && (best.Why != "" || f.Error < best.Error-1e-12) {
			best = f
		}
	}
	if done := d.sum(running.From, at); best.Why == "" && best.Interval[0] < done && done >= 0 {
		best.Interval[0] = done // what has happened stays
	}
	return best
}

// guess is the total of a period as forecast on a day, by days before it alone.
func (d Daily) guess(m Method, p Days, at int64) (float64, bool) {
	if at-weekdayReach < d.First || p.From < d.First {
		return 0, false
	}
	total, scale := d.sum(p.From, at), 1.0
	if m == LastYear {
		before := d.sum(at-yearOfWeeks-28, at-yearOfWeeks)
		if at-yearOfWeeks-28 < d.First || before <= 0 {
			return 0, false
		}
		scale = d.sum(at-28, at) / before
	}
	for day := at; day < p.To; day++ {
		if m == LastYear {
			total += scale * d.sum(day-yearOfWeeks, day-yearOfWeeks+1)
			continue
		}
		total += d.weekday(day, at)
	}
	return total, true
}

// weekday is the mean of a day's weekday over the eight weeks before at.
func (d Daily) weekday(day, at int64) float64 {
	total := 0.0
	for back := at - 1 - floorMod(at-1-day, 7); back >= at-weekdayReach; back -= 7 {
		total += d.sum(back, back+1)
	}
	return total / 8
}

// Holds says whether all days of a span are there.
func (d Daily) Holds(span Days) bool {
	return span.From >= d.First && span.To <= d.First+int64(len(d.Values))
}

// Total of a span of days; days outside count nothing.
func (d Daily) Total(span Days) float64 { return d.sum(span.From, span.To) }

// sum of the days from one to another; days outside count nothing.
func (d Daily) sum(from, to int64) float64 {
	total := 0.0
	for i := max(from-d.First, 0); i < min(to-d.First, int64(len(d.Values))); i++ {
		total += d.Values[i]
	}
	return total
}
