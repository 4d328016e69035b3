package dashboards

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// kpiCollector turns scorecards into samples. It builds them once for a version
// of the data; a scrape in between costs one look at the version.
type kpiCollector struct {
	reader Reader
	log    *slog.Logger
	descs  kpiDescs

	mu      sync.Mutex
	version string
	samples []prometheus.Metric
}

// kpiDescs are the families. Values are in base units: ratio, seconds.
type kpiDescs struct {
	value, target, attainment, status, samples, ends, info *prometheus.Desc
	portfolio, dimension, coverage                         *prometheus.Desc
	success, records, duration, drift                      *prometheus.Desc
	deliveries                                             deliveryDescs
}

func newKPICollector(reader Reader, log *slog.Logger) *kpiCollector {
	row := func(more ...string) []string { return append([]string{"kpi", "portfolio", "segment"}, more...) }
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &kpiCollector{reader: reader, log: log, descs: kpiDescs{
		value:      desc("kpid_kpi_value", "Judged value in base units (ratio, seconds); absent without one.", row()...),
		target:     desc("kpid_kpi_target", "Target edge as it stands now, in the unit of the value.", row("edge")...),
		attainment: desc("kpid_kpi_attainment_ratio", "Share of the target reached: 1 at the near edge.", row()...),
		status:     desc("kpid_kpi_status", "1 for the current status, 0 for the six others.", row("status")...),
		samples:    desc("kpid_kpi_samples", "Units the judged value rests on.", row()...),
		ends:       desc("kpid_kpi_period_end_timestamp_seconds", "Exclusive end of the judged period.", row()...),
		info:       desc("kpid_kpi_info", "Always 1; what the KPI measures, in labels.", "kpi", "measure", "unit", "direction", "definition"),
		portfolio:  desc("kpid_portfolio_status", "1 for the portfolio's status, 0 for the others.", "portfolio", "status"),
		dimension:  desc("kpid_dimension_status", "1 for the status of a type of KPI in the portfolio, 0 for the others.", "portfolio", "dimension", "status"),
		coverage:   desc("kpid_portfolio_coverage_ratio", "Share of the scorecard's weight that could be judged.", "portfolio"),
		success:    desc("kpid_source_last_success_timestamp_seconds", "When the source last ran without an error.", "source"),
		records:    desc("kpid_ingest_records_total", "Records received, by result.", "source", "result"),
		duration:   desc("kpid_ingest_duration_seconds", "Duration of the source's last run.", "source"),
		drift:      desc("kpid_source_drift", "Fields that have gone from the source's records, and words that its mapping lacks.", "source"),
		deliveries: newDeliveryDescs(),
	}}
}

// Describe implements prometheus.Collector.
func (c *kpiCollector) Describe(out chan<- *prometheus.Desc) {
	d := c.descs
	for _, one := range []*prometheus.Desc{d.value, d.target, d.attainment, d.status, d.samples, d.ends, d.info,
		d.portfolio, d.dimension, d.coverage, d.success, d.records, d.duration, d.drift, d.deliveries.messages, d.deliveries.last} {
		out <- one
	}
}

// Collect implements prometheus.Collector. Without an answer from the store the
// scrape fails: absent series would read as "no KPI".
func (c *kpiCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	samples, err := c.current(ctx)
	if err != nil {
		c.log.Error("metrics", "error", err)
		out <- prometheus.NewInvalidMetric(c.descs.status, fmt.Errorf("the store does not answer"))
		return
	}
	for _, m := range samples {
		out <- m
	}
}

// current gives the samples of the data as it is now. The source states carry
// the minute too, since a source grows late by the clock alone.
func (c *kpiCollector) current(ctx context.Context) ([]prometheus.Metric, error) {
	version, err := c.reader.Version(ctx)
	if err != nil {
		return nil, err
	}
	site := c.reader.Site()
	version = fmt.Sprintf("%s@%d", version, site.Now()/60_000)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.samples != nil && c.version == version {
		return c.samples, nil
	}
	b := builder{descs: c.descs, known: map[string]bool{}, rows: map[string]bool{}}
	for _, portfolio := range site.Judged {
		card, err := c.reader.Scorecard(ctx, Query{Portfolio: portfolio})
		if err != nil {
			return nil, err
		}
		for _, r := range card.KPIs {
			b.row(portfolio, card.Segment, r)
		}
		b.health(portfolio, card.Health)
	}
	sources, err := c.reader.Sources(ctx)
	if err != nil {
		return nil, err
	}
	for _, src := range sources {
		b.source(src)
	}
	deliveries, err := c.reader.Deliveries(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range deliveries {
		b.delivery(d)
	}
	if b.err != nil {
		return nil, b.err
	}
	c.version, c.samples = version, b.out
	return b.out, nil
}

// builder collects samples and the first error.
type builder struct {
	descs kpiDescs
	known map[string]bool // KPIs that have their info sample
	rows  map[string]bool // KPI, portfolio and segment that have theirs
	out   []prometheus.Metric
	err   error
}

func (b *builder) add(d *prometheus.Desc, v float64, labels ...string) {
	b.addAs(d, prometheus.GaugeValue, v, labels...)
}

func (b *builder) addAs(d *prometheus.Desc, as prometheus.ValueType, v float64, labels ...string) {
	m, err := prometheus.NewConstMetric(d, as, v, labels...)
	if err != nil {
		if b.err == nil {
			b.err = err
		}
		return
	}
	b.out = append(b.out, m)
}

// health is how the portfolio and its dimensions stand; nothing without targets.
// Nothing of it is ever maturing or without data: what cannot be judged is too
// little data.
func (b *builder) health(portfolio string, h *scorecard.Health) {
	if h == nil {
		return
	}
	for _, s := range []kpi.Status{kpi.OffTrack, kpi.AtRisk, kpi.OnTrack, kpi.Exceeding, kpi.NotEnoughData} {
		b.add(b.descs.portfolio, one(h.Status == s), portfolio, string(s))
		for _, d := range h.Dimensions {
			b.add(b.descs.dimension, one(d.Status == s), portfolio, d.Type, string(s))
		}
	}
	b.add(b.descs.coverage, h.Coverage, portfolio)
}

func (b *builder) row(portfolio, segment string, r scorecard.Row) {
	if segment == "" {
		segment = "all"
	}
	at := []string{r.ID, portfolio, segment}
	if key := strings.Join(at, "\x00"); b.rows[key] || !primary(r) {
		return // a second measure of a KPI has no series of its own
	} else {
		b.rows[key] = true
	}
	factor, unit := baseUnit(r.Unit)
	for _, s := range statuses() {
		b.add(b.descs.status, one(r.Status == s), append(at, string(s))...)
	}
	if r.Value != nil && r.Status != kpi.NoData && r.Status != kpi.NotEnoughData {
		b.add(b.descs.value, *r.Value*factor, at...)
	}
	if t := r.Target; t != nil {
		b.optional(b.descs.target, t.FloorNow, factor, append(at, "floor")...)
		b.optional(b.descs.target, t.StretchNow, factor, append(at, "stretch")...)
		if v := r.Verdict; v == nil || v.Kind != kpi.TrendKind && v.Kind != kpi.SLOKind { // theirs is a mean, and a budget
			b.optional(b.descs.attainment, t.Attainment, 1, at...)
		}
	}
	if r.N != nil {
		b.add(b.descs.samples, float64(*r.N), at...)
	}
	if r.Verdict != nil && r.Verdict.Ends != 0 {
		b.add(b.descs.ends, float64(r.Verdict.Ends)/1000, at...)
	}
	if !b.known[r.ID] {
		b.known[r.ID] = true
		b.add(b.descs.info, 1, r.ID, r.Measure, unit, r.Direction, r.Definition.Hash)
	}
}

func (b *builder) optional(d *prometheus.Desc, v *float64, factor float64, labels ...string) {
	if v != nil {
		b.add(d, *v*factor, labels...)
	}
}

func (b *builder) source(src SourceStatus) {
	if src.LastSuccess != nil {
		b.add(b.descs.success, float64(*src.LastSuccess)/1000, src.ID)
	}
	for result, n := range src.Results {
		b.addAs(b.descs.records, prometheus.CounterValue, float64(n), src.ID, result)
	}
	if src.LastRun != nil {
		b.add(b.descs.duration, src.Seconds, src.ID)
		b.add(b.descs.drift, float64(len(src.Drift)), src.ID)
	}
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// baseUnit gives the factor from a display unit to a base unit, and its name.
func baseUnit(unit string) (float64, string) {
	switch unit {
	case "%":
		return 0.01, "ratio"
	case "days":
		return 86400, "seconds"
	case "hours":
		return 3600, "seconds"
	case "minutes":
		return 60, "seconds"
	}
	return 1, unit
}
