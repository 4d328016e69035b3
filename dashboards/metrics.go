package dashboards

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// meter counts requests. Its labels are bounded: routes come from the table,
// anything else is "none".
type meter struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	handler  http.Handler
}

// register puts everything /metrics shows on the registry.
func (s *server) register() (*meter, error) {
	m := &meter{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kpid_http_requests_total",
			Help: "Requests answered, by route, method and status code."}, []string{"route", "method", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kpid_http_request_duration_seconds",
			Help: "Time to answer a request, by route.", Buckets: prometheus.DefBuckets}, []string{"route"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "kpid_build_info",
		Help: "Always 1; the version of the program is a label.", ConstLabels: prometheus.Labels{
			"version": s.reader.Site().Version, "goversion": goVersion()}})
	build.Set(1)
	all := []prometheus.Collector{m.requests, m.seconds, build, newKPICollector(s.reader, s.log)}
	for _, c := range all {
		if err := s.registry.Register(c); err != nil {
			return nil, err
		}
	}
	// The caller's registry may already have the two standard collectors.
	for _, c := range []prometheus.Collector{collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := s.registry.Register(c); err != nil && !errors.As(err, &prometheus.AlreadyRegisteredError{}) {
			return nil, err
		}
	}
	m.handler = promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError,
		EnableOpenMetrics: true, Timeout: 10 * time.Second})
	return m, nil
}

func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.GoVersion
	}
	return "unknown"
}

// request counts one answer.
func (m *meter) request(pattern, method string, status int, took time.Duration) {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	} else if pattern == "" {
		pattern = "none"
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(pattern, method, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(pattern).Observe(took.Seconds())
}

// metrics answers a scrape.
func (s *server) metrics(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	s.meter.handler.ServeHTTP(w, r.WithContext(ctx))
	return nil
}
