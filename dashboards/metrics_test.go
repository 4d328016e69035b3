package dashboards_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// three keeps three rows: a rate, a duration, one without data.
func three() *dashtest.Reader {
	r := dashtest.New()
	r.Company.Judged = []string{"core"}
	r.Edit = func(c *scorecard.Scorecard) {
		var rows []scorecard.Row
		for _, row := range c.KPIs {
			switch row.ID {
			case "activation_rate", "time_to_value", "pm_capability_growth":
				rows = append(rows, row)
			}
		}
		c.KPIs = rows
	}
	return r
}

func registry(t *testing.T, r dashboards.Reader) *prometheus.Registry {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	if _, err := dashboards.New(dashboards.Config{Reader: r, Registry: reg}); err != nil {
		t.Fatal(err)
	}
	return reg
}

func TestMetricsText(t *testing.T) {
	want := `
# HELP kpid_kpi_period_end_timestamp_seconds Exclusive end of the judged period.
# TYPE kpid_kpi_period_end_timestamp_seconds gauge
kpid_kpi_period_end_timestamp_seconds{kpi="activation_rate",portfolio="core",segment="all"} 1.7899488e+09
kpid_kpi_period_end_timestamp_seconds{kpi="time_to_value",portfolio="core",segment="all"} 1.7899488e+09
# HELP kpid_kpi_samples Units the judged value rests on.
# TYPE kpid_kpi_samples gauge
kpid_kpi_samples{kpi="activation_rate",portfolio="core",segment="all"} 1284
kpid_kpi_samples{kpi="time_to_value",portfolio="core",segment="all"} 1107
# HELP kpid_kpi_status 1 for the current status, 0 for the six others.
# TYPE kpid_kpi_status gauge
`
	for _, row := range []struct{ kpi, status string }{{"activation_rate", "off_track"}, {"pm_capability_growth", "no_data"}, {"time_to_value", "at_risk"}} {
		for _, s := range []string{"at_risk", "exceeding", "maturing", "no_data", "not_enough_data", "off_track", "on_track"} {
			want += `kpid_kpi_status{kpi="` + row.kpi + `",portfolio="core",segment="all",status="` + s + `"} ` + map[bool]string{true: "1", false: "0"}[s == row.status] + "\n"
		}
	}
	want += `# HELP kpid_kpi_target Target edge as it stands now, in the unit of the value.
# TYPE kpid_kpi_target gauge
kpid_kpi_target{edge="floor",kpi="activation_rate",portfolio="core",segment="all"} 0.454
kpid_kpi_target{edge="floor",kpi="time_to_value",portfolio="core",segment="all"} 578880
kpid_kpi_target{edge="stretch",kpi="activation_rate",portfolio="core",segment="all"} 0.519
kpid_kpi_target{edge="stretch",kpi="time_to_value",portfolio="core",segment="all"} 449280
# HELP kpid_kpi_value Judged value in base units (ratio, seconds); absent without one.
# TYPE kpid_kpi_value gauge
kpid_kpi_value{kpi="activation_rate",portfolio="core",segment="all"} 0.4182
kpid_kpi_value{kpi="time_to_value",portfolio="core",segment="all"} 587520
# HELP kpid_ingest_records_total Records received, by result.
# TYPE kpid_ingest_records_total counter
kpid_ingest_records_total{result="rejected",source="warehouse"} 12
kpid_ingest_records_total{result="stored",source="jira"} 1822
kpid_ingest_records_total{result="stored",source="warehouse"} 48210
kpid_ingest_records_total{result="stored",source="zendesk"} 640
# HELP kpid_ingest_duration_seconds Duration of the source's last run.
# TYPE kpid_ingest_duration_seconds gauge
kpid_ingest_duration_seconds{source="jira"} 8.25
kpid_ingest_duration_seconds{source="warehouse"} 41.5
kpid_ingest_duration_seconds{source="zendesk"} 2
# HELP kpid_source_drift Fields that have gone from the source's records, and words that its mapping lacks.
# TYPE kpid_source_drift gauge
kpid_source_drift{source="jira"} 1
kpid_source_drift{source="warehouse"} 0
kpid_source_drift{source="zendesk"} 0
`
	if err := testutil.GatherAndCompare(registry(t, three()), strings.NewReader(want), "kpid_kpi_value", "kpid_kpi_target", "kpid_kpi_status",
		"kpid_kpi_samples", "kpid_kpi_period_end_timestamp_seconds", "kpid_ingest_records_total", "kpid_ingest_duration_seconds", "kpid_source_drift"); err != nil {
		t.Error(err)
	}
}

func TestMessageMetrics(t *testing.T) {
	want := `
# HELP kpid_notify_last_success_timestamp_seconds When a message was taken last.
# TYPE kpid_notify_last_success_timestamp_seconds gauge
kpid_notify_last_success_timestamp_seconds{notify="monday"} 1.7899686e+09
# HELP kpid_notify_messages Messages of the last 90 days: waiting, sent or given up.
# TYPE kpid_notify_messages gauge
kpid_notify_messages{notify="growth-team",state="given_up"} 2
kpid_notify_messages{notify="growth-team",state="sent"} 0
kpid_notify_messages{notify="growth-team",state="waiting"} 1
kpid_notify_messages{notify="monday",state="given_up"} 0
kpid_notify_messages{notify="monday",state="sent"} 31
kpid_notify_messages{notify="monday",state="waiting"} 0
`
	if err := testutil.GatherAndCompare(registry(t, dashtest.New()), strings.NewReader(want), "kpid_notify_messages", "kpid_notify_last_success_timestamp_seconds"); err != nil {
		t.Error(err)
	}
}

func TestHealthMetrics(t *testing.T) {
	r := three()
	inner := r.Edit
	r.Edit = func(c *scorecard.Scorecard) {
		inner(c)
		c.Health = &scorecard.Health{Status: kpi.AtRisk, Coverage: 0.95, Dimensions: []scorecard.Dimension{{Type: "quality", Status: kpi.OffTrack}}}
	}
	want := `
# HELP kpid_portfolio_coverage_ratio Share of the scorecard's weight that could be judged.
# TYPE kpid_portfolio_coverage_ratio gauge
kpid_portfolio_coverage_ratio{portfolio="core"} 0.95
# HELP kpid_portfolio_status 1 for the portfolio's status, 0 for the others.
# TYPE kpid_portfolio_status gauge
`
	for _, s := range []string{"at_risk", "exceeding", "not_enough_data", "off_track", "on_track"} {
		want += `kpid_portfolio_status{portfolio="core",status="` + s + `"} ` + map[bool]string{true: "1", false: "0"}[s == "at_risk"] + "\n"
	}
	reg := registry(t, r)
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "kpid_portfolio_status", "kpid_portfolio_coverage_ratio"); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(reg, "kpid_dimension_status"); err != nil || n != 5 {
		t.Errorf("%d samples of one dimension, %v", n, err)
	}
}

func TestMetricsFollowNamingRules(t *testing.T) {
	problems, err := testutil.GatherAndLint(registry(t, dashtest.New()))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestNoValueNoSample(t *testing.T) {
	r := three()
	inner := r.Edit
	r.Edit = func(c *scorecard.Scorecard) {
		inner(c)
		for i := range c.KPIs {
			c.KPIs[i].Status = kpi.NotEnoughData
		}
	}
	reg := registry(t, r)
	if n, err := testutil.GatherAndCount(reg, "kpid_kpi_value"); err != nil || n != 0 {
		t.Errorf("%d value samples, %v; a sample too small to judge has none", n, err)
	}
	if n, err := testutil.GatherAndCount(reg, "kpid_kpi_status"); err != nil || n != 21 {
		t.Errorf("%d status samples, %v; the status is always there", n, err)
	}
}

func TestMetricsAreBuiltOnceForAVersion(t *testing.T) {
	r := three()
	asked := 0
	inner := r.Edit
	r.Edit = func(c *scorecard.Scorecard) { asked++; inner(c) }
	reg := registry(t, r)
	for range 3 {
		if _, err := reg.Gather(); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 {
		t.Errorf("%d scorecards for three scrapes of one version", asked)
	}
	r.Data = "next"
	if _, err := reg.Gather(); err != nil || asked != 2 {
		t.Errorf("%d scorecards after a change, %v", asked, err)
	}
}

func TestRequestsAreCountedByRoute(t *testing.T) {
	h := serve(t, dashtest.New())
	get(t, h, "/p/core")
	get(t, h, "/p/growth")
	get(t, h, "/p/nope")
	get(t, h, "/secret/path")
	text := get(t, h, "/metrics").Body.String()
	for _, want := range []string{
		`kpid_http_requests_total{code="200",method="GET",route="/p/{portfolio}"} 2`,
		`kpid_http_requests_total{code="404",method="GET",route="/p/{portfolio}"} 1`,
		`kpid_http_requests_total{code="404",method="GET",route="none"} 1`,
		`kpid_build_info{`, `go_goroutines `, `process_open_fds `, `kpid_source_last_success_timestamp_seconds{source="jira"}`,
		`kpid_kpi_info{definition="`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(text, "secret") || strings.Contains(text, "nope") {
		t.Error("a path became a label")
	}
}
