// Package dashtest is a Reader with believable numbers of an invented company:
// 24 KPIs of one portfolio in one week, with every status, a late source, a
// restated value, a cohort still maturing and a survey too small to judge.
package dashtest

import (
	"github.com/kpid/kpid/kpi"
)

// line is one row of the invented scorecard. Numbers are in display units; a
// far edge equal to the near one means a one-sided target.
type line struct {
	id, name, kind, owner string
	unit                  string
	digits                int
	cadence               kpi.Grain
	agg                   kpi.Agg
	down                  bool
	status                kpi.Status
	value, before         float64 // latest judged value and the period before
	baseline, near, far   float64
	half                  float64 // half of the 95% interval; 0: none
	n                     int64
	num, den              float64 // 0, 0: the value is no fraction
	signal                bool
	guards                []string
	fresh, target         string
	paced                 bool
}

const (
	week, month, quarter = kpi.Week, kpi.Month, kpi.Quarter
)

// lines of the scorecard in the order of the page.
func lines() []line {
	return []line{
		{id: "north_star", name: "North Star: weekly active teams", kind: "outcome", owner: "p.nair", cadence: week, agg: kpi.Distinct,
			status: kpi.OnTrack, value: 18420, before: 18202, baseline: 16100, near: 17700, far: 20100, n: 18420, fresh: "06:10", target: "+10–25% YoY", paced: true},
		{id: "activation_rate", name: "Activation rate", kind: "outcome", owner: "m.okafor", unit: "%", digits: 1, cadence: week, agg: kpi.Share,
			status: kpi.OffTrack, value: 41.82, before: 42.74, baseline: 42.6, near: 45.4, far: 51.9, half: 2.7, n: 1284, num: 537, den: 1284, signal: true, fresh: "06:10", target: "+3–10 pts, 2 quarters", paced: true},
		{id: "trial_conversion", name: "Trial → paid conversion", kind: "outcome", owner: "a.cruz", unit: "%", digits: 1, cadence: month, agg: kpi.Share,
			status: kpi.OnTrack, value: 12.4, before: 11.9, baseline: 10.6, near: 12.0, far: 13.9, half: 1.5, n: 1932, num: 240, den: 1932, fresh: "Aug final", target: "+1–3 pts a quarter"},
		{id: "nrr_influence", name: "Net revenue retention, linked", kind: "outcome", owner: "p.nair", unit: "%", digits: 1, cadence: quarter, agg: kpi.Ratio,
			status: kpi.Exceeding, value: 108.3, before: 106.7, baseline: 104.0, near: 100, far: 106, n: 412, num: 4461000, den: 4119000, fresh: "Q2 final", target: "over 100%"},
		{id: "gross_retention", name: "Monthly logo churn", kind: "outcome", owner: "l.brandt", unit: "%", digits: 1, cadence: month, agg: kpi.Share, down: true,
			status: kpi.OnTrack, value: 100 * 40.0 / 3310, before: 1.3, baseline: 1.6, near: 1.4, far: 0.8, half: 0.4, n: 3310, num: 40, den: 3310, guards: []string{"Activation rate"}, fresh: "Aug final", target: "0.2–0.8 pts better"},
		{id: "feature_adoption", name: "Feature adoption: Bulk edit", kind: "outcome", owner: "s.patel", unit: "%", digits: 1, cadence: week, agg: kpi.Share,
			status: kpi.MaturingNow, value: 27.1, before: 24.7, baseline: 0, near: 28, far: 58, n: 920, num: 249, den: 920, fresh: "06:10", target: "30–60% by day 90–180"},
		{id: "time_to_value", name: "Time-to-value, median", kind: "outcome", owner: "m.okafor", unit: "days", digits: 1, cadence: week, agg: kpi.Median, down: true,
			status: kpi.AtRisk, value: 6.8, before: 6.6, baseline: 7.4, near: 6.7, far: 5.2, half: 0.3, n: 1107, fresh: "06:10", target: "10–30% faster, 2 quarters", paced: true},
		{id: "roadmap_outcomes", name: "Roadmap outcome attainment", kind: "outcome", owner: "p.nair", unit: "%", cadence: quarter, agg: kpi.Share,
			status: kpi.OnTrack, value: 69.2, before: 62.1, baseline: 55, near: 60, far: 80, n: 13, num: 9, den: 13, fresh: "Q2 final", target: "60–80% of bets"},
		{id: "nps_csat", name: "Product NPS", kind: "satisfaction", owner: "l.brandt", unit: "pts", cadence: quarter, agg: kpi.NPS,
			status: kpi.OnTrack, value: 34, before: 32, baseline: 31, near: 34, far: 39, half: 6, n: 612, fresh: "Q2 final", target: "+3–8 points YoY"},
		{id: "ces", name: "Customer effort, key workflows", kind: "quality", owner: "s.patel", unit: "/7", digits: 1, cadence: quarter, agg: kpi.Mean, down: true,
			status: kpi.OnTrack, value: 3.1, before: 3.2, baseline: 3.6, near: 3.25, far: 2.9, half: 0.2, n: 208, fresh: "Q2 final", target: "10–20% less effort"},
		{id: "learning_rate", name: "Experiments with a clear learning", kind: "quality", owner: "s.patel", unit: "%", cadence: month, agg: kpi.Share,
			status: kpi.NotEnoughData, value: 60, before: 66, baseline: 64, near: 70, far: 70, n: 5, num: 3, den: 5, fresh: "Aug final", target: "70% or more"},
		{id: "defect_escape", name: "Defect escape rate", kind: "quality", owner: "r.meyer", unit: "/ kLOC", digits: 2, cadence: month, agg: kpi.Sum, down: true,
			status: kpi.OnTrack, value: 0.31, before: 0.33, baseline: 0.41, near: 0.35, far: 0.28, n: 71, fresh: "Aug final", target: "10–30% lower YoY"},
		{id: "instrumentation_coverage", name: "Instrumentation coverage", kind: "quality", owner: "j.lind", unit: "%", cadence: month, agg: kpi.Share,
			status: kpi.AtRisk, value: 88, before: 88, baseline: 79, near: 90, far: 95, n: 150, num: 132, den: 150, fresh: "Aug final", target: "90–95% of events"},
		{id: "predictability", name: "Roadmap predictability", kind: "efficiency", owner: "p.nair", unit: "%", cadence: month, agg: kpi.Share,
			status: kpi.OnTrack, value: 76, before: 73, baseline: 66, near: 70, far: 85, n: 50, num: 38, den: 50, fresh: "Aug final", target: "70–85%"},
		{id: "cycle_time", name: "Cycle time, discovery → delivery", kind: "efficiency", owner: "r.meyer", unit: "days", cadence: month, agg: kpi.Median, down: true,
			status: kpi.AtRisk, value: 47, before: 48, baseline: 51, near: 46, far: 40, half: 6, n: 22, fresh: "Aug final", target: "10–20% shorter YoY"},
		{id: "ticket_rate", name: "Support tickets per 100 accounts", kind: "efficiency", owner: "l.brandt", unit: "per 100 accounts", digits: 1, cadence: week, agg: kpi.Ratio, down: true,
			status: kpi.OffTrack, value: 5.317, before: 4.9, baseline: 5.1, near: 4.6, far: 3.8, n: 3310, num: 176, den: 3310, signal: true, guards: []string{"Activation rate"}, fresh: "2 d late", target: "10–25% lower YoY"},
		{id: "deflection_rate", name: "Self-serve resolution", kind: "efficiency", owner: "l.brandt", unit: "%", digits: 1, cadence: month, agg: kpi.Share,
			status: kpi.OnTrack, value: 38.5, before: 38.2, baseline: 31, near: 36, far: 46, half: 2.5, n: 1412, num: 544, den: 1412, fresh: "2 d late", target: "+5–15 pts YoY"},
		{id: "change_incidents", name: "Sev 1–2 incidents from changes", kind: "reliability", owner: "r.meyer", cadence: month, agg: kpi.Count, down: true,
			status: kpi.OnTrack, value: 1, before: 3, baseline: 4, near: 2, far: 2, n: 1, guards: []string{"Experiment velocity"}, fresh: "Aug final", target: "falling, near zero"},
		{id: "slo_attainment", name: "SLO attainment, key journeys", kind: "reliability", owner: "r.meyer", unit: "%", digits: 2, cadence: week, agg: kpi.Ratio,
			status: kpi.OnTrack, value: 99.94, before: 99.93, baseline: 99.82, near: 99.9, far: 99.9, n: 7, fresh: "06:10", target: "99.9% or more", guards: []string{"Experiment velocity"}},
		{id: "experiment_velocity", name: "Experiment velocity", kind: "innovation", owner: "s.patel", cadence: month, agg: kpi.Count,
			status: kpi.OnTrack, value: 5, before: 4, baseline: 3, near: 2, far: 6, n: 5, fresh: "Aug final", target: "2–6 a month"},
		{id: "stakeholder_alignment", name: "Stakeholder alignment", kind: "collaboration", owner: "p.nair", unit: "/5", digits: 1, cadence: quarter, agg: kpi.Mean,
			status: kpi.OnTrack, value: 4.3, before: 4.2, baseline: 4.0, near: 4.2, far: 4.2, half: 0.2, n: 41, fresh: "Q2 final", target: "4.2 or more"},
		{id: "team_health", name: "Cross-functional health", kind: "collaboration", owner: "p.nair", unit: "/5", digits: 1, cadence: quarter, agg: kpi.Mean,
			status: kpi.OnTrack, value: 3.9, before: 3.7, baseline: 3.7, near: 3.75, far: 4.1, half: 0.2, n: 36, fresh: "Q2 final", target: "improving trend"},
		{id: "pm_engagement_retention", name: "PM engagement", kind: "leadership", owner: "p.nair", unit: "%", cadence: quarter, agg: kpi.Share,
			status: kpi.OnTrack, value: 78, before: 76, baseline: 72, near: 75, far: 75, n: 9, num: 7, den: 9, fresh: "Q2 final", target: "75% or more, 0 exits"},
		{id: "pm_capability_growth", name: "PM capability growth", kind: "leadership", owner: "p.nair", cadence: quarter, agg: kpi.Mean,
			status: kpi.NoData, fresh: "none yet", target: "one level a year"},
	}
}

// persons of the company.
func persons() map[string]string {
	return map[string]string{"p.nair": "Priya Nair", "m.okafor": "Mary Okafor", "a.cruz": "Ana Cruz", "l.brandt": "Lena Brandt",
		"s.patel": "Sunil Patel", "r.meyer": "Ruth Meyer", "j.lind": "Jonas Lind"}
}
