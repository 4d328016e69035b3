package dashboards

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// apiForecast answers GET /api/v1/kpis/{kpi}/forecast for the row of a scorecard.
func (s *server) apiForecast(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "product", "segment", "measure"); err != nil {
		return err
	}
	q, card, row, err := s.apiRow(w, r)
	if card == nil {
		return err
	}
	ahead, err := s.reader.Ahead(r.Context(), q, row)
	if err != nil {
		return err
	}
	return writeJSON(w, ahead)
}

// aheadTexts says where a row is heading, the nearest first.
func aheadTexts(row scorecard.Row, a *scorecard.Ahead) []string {
	var out []string
	for _, one := range []struct {
		f    *scorecard.Forecast
		what string
	}{{a.Running, ", which is still running"}, {a.Maturing, ", which is still maturing"}, {a.Next, ""}} {
		if one.f != nil && one.f.Why != nil && len(out) > 0 {
			continue // what is nearer was said
		}
		if text := forecastText(row, one.f, one.what); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// forecastText says a forecast with its interval, its method's error in the past
// and whether it meets what is due; "" when there is none.
func forecastText(row scorecard.Row, f *scorecard.Forecast, what string) string {
	switch {
	case f == nil:
		return ""
	case f.Why != nil:
		return "No forecast: " + *f.Why + "."
	}
	m := measureOf(row)
	text := fmt.Sprintf("Forecast for %s%s: %s, four times in five between %s and %s (by %s, %s %% off in the middle of %d past forecasts)", *f.Period, what,
		m.Format(*f.Value), m.Format(f.Interval[0]), m.Format(f.Interval[1]), methodText(*f.Method),
		strconv.FormatFloat(math.Round(1000**f.Error)/10, 'f', -1, 64), f.Origins)
	if f.WillLand != nil {
		text += "; " + m.Format(*f.Floor) + " is due then: " + map[kpi.Landing]string{kpi.Lands: "it will land", kpi.Misses: "it will not land", kpi.TooClose: "too close to say"}[*f.WillLand]
	}
	return text + "."
}

func methodText(m kpi.Method) string {
	return map[kpi.Method]string{
		kpi.Stable: "its mean", kpi.Drift: "its slope", kpi.Seasonal: "the year before",
		kpi.Weekdays: "what is done and the mean of each weekday", kpi.LastYear: "what is done and the same days of last year",
		kpi.Late: "what arrived late of the six cohorts before",
	}[m]
}
