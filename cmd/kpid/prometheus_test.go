package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/store/storetest"
)

// promtool has Prometheus' own tool read what /metrics says.
func promtool(t *testing.T, s *service) {
	path, err := exec.LookPath("promtool")
	if err != nil {
		missing(t, "promtool", "/metrics is not checked by Prometheus' own tool")
	}
	_, body := s.get(t, "/metrics")
	for _, want := range []string{"kpid_kpi_value{", "kpid_kpi_status{", "kpid_kpi_info{"} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics has no %s", want)
		}
	}
	cmd := exec.Command(path, "check", "metrics")
	cmd.Stdin = strings.NewReader(body)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
}

// prometheus runs a real server that scrapes kpid until a number can be queried.
func prometheus(t *testing.T, s *service) {
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	write(t, config, fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: kpid\n  static_configs:\n  - targets: [%q]\n", strings.TrimPrefix(s.base, "http://")))
	address, log := startPrometheus(t, dir, config)
	want := map[string]float64{} // the numbers of the API, in base units
	absent := map[string]bool{}  // a number that is not judged is not a sample
	for _, row := range card(t, s, "core").KPIs {
		switch {
		case row.Status == "not_enough_data" || row.Status == "no_data":
			absent[row.ID] = true
		case row.Unit == "%" && row.Value != nil:
			want[row.ID] = *row.Value / 100
		}
	}
	deadline := time.Now().Add(patience)
	for {
		up := instant(address, `up{job="kpid"}`)
		got := instant(address, `kpid_kpi_value{portfolio="core",segment="all"}`)
		if up[""] == 1 && len(got) > 0 {
			for id, value := range want {
				if diff := got[id] - value; diff > 1e-9 || diff < -1e-9 {
					t.Errorf("Prometheus has %s = %v, the API says %v", id, got[id], value)
				}
			}
			for id := range absent {
				if value, is := got[id]; is {
					t.Errorf("Prometheus has %s = %v, which is not judged", id, value)
				}
			}
			return
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log)
			t.Fatalf("Prometheus has not scraped kpid: up %v, values %v\n%s", up, got, text)
		}
		tick(100 * time.Millisecond)
	}
}

// startPrometheus runs a real server over dir/tsdb until the test ends.
func startPrometheus(t *testing.T, dir, config string) (address, log string) {
	t.Helper()
	path, err := exec.LookPath("prometheus")
	if err != nil {
		missing(t, "promtool", "no Prometheus server runs")
	}
	address = free(t)
	out, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "tsdb"), "--storage.tsdb.retention.time=100y", "--web.listen-address="+address)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = out.Close()
	})
	return address, out.Name()
}

// A real server is read as a vendor is: what its counters rose by becomes windows, of
// 24 hours also on the day that the company's clocks go back.
func TestPrometheusSource(t *testing.T) {
	tool, err := exec.LookPath("promtool")
	if err != nil {
		missing(t, "promtool", "no Prometheus server is read")
	}
	dir := t.TempDir()
	from, until := time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 27, 6, 0, 0, 0, time.UTC)
	var b strings.Builder
	b.WriteString("# TYPE asked counter\n")
	for _, series := range []struct {
		labels string
		hourly int
	}{{`journey="checkout",code="200"`, 9}, {`journey="checkout",code="503"`, 1}, {`journey="search",code="503"`, 4}} {
		for n, at := 0, from; !at.After(until); n, at = n+1, at.Add(time.Hour) {
			fmt.Fprintf(&b, "asked_total{%s} %d %d\n", series.labels, n*series.hourly, at.Unix())
		}
	}
	b.WriteString("# EOF\n")
	write(t, filepath.Join(dir, "history"), b.String())
	if out, err := exec.Command(tool, "tsdb", "create-blocks-from", "openmetrics", filepath.Join(dir, "history"), filepath.Join(dir, "tsdb")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	write(t, filepath.Join(dir, "prometheus.yml"), "")
	address, log := startPrometheus(t, dir, filepath.Join(dir, "prometheus.yml"))
	for deadline := time.Now().Add(patience); len(instant(address, "vector(1)")) == 0; tick(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log)
			t.Fatalf("Prometheus does not answer\n%s", text)
		}
	}
	file, dsn := filepath.Join(dir, "config.toml"), storetest.DSN(t)
	write(t, file, fmt.Sprintf(`[server]
as_of = "2026-10-27T06:00:00Z"
[company]
zone = "Europe/Berlin"
[store]
dsn = %q
[[portfolio]]
id = "core"
name = "Core"
[[product]]
id = "app"
name = "App"
portfolio = "core"
[[source]]
id = "slo"
connector = "prometheus"
allow_private = true
  [source.config]
  host = %q
  scheme = "http"
  product = "app"
  backfill = "4d"
  good = 'sum by (journey) (increase(asked_total{code!~"5.."}[1d]))'
  total = 'sum by (journey) (increase(asked_total[1d]))'
`, dsn, address))
	ingest := func() string {
		out := new(strings.Builder)
		if status := run(t.Context(), []string{"ingest", "--config", file}, terminal{out: out, err: out}); status != 0 {
			t.Fatal(out)
		}
		return out.String()
	}
	// the four days of checkout; those of search, where nothing went well, are no zeros
	first := ingest()
	if !strings.Contains(first, `good: found "nothing"`) {
		t.Error(first)
	}
	db, err := database(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	windows := "SELECT id, product_id, CAST(ROUND(good) AS INTEGER), CAST(ROUND(total) AS INTEGER), ends_at - starts_at FROM slo_window ORDER BY id"
	got := strings.Join(rows(t, db, windows), "\n")
	var want []string
	for day := 24; day <= 27; day++ {
		want = append(want, fmt.Sprintf("checkout:%d|app|216|240|86400000", time.Date(2026, 10, day, 0, 0, 0, 0, time.UTC).Unix()))
	}
	if got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if second := ingest(); strings.Contains(second, " new") && !strings.Contains(second, "0 of them new") || strings.Join(rows(t, db, windows), "\n") != got {
		t.Errorf("again: %s", second)
	}
}

// tick lets a polling loop breathe.
func tick(d time.Duration) { <-time.After(d) }

// free gives a loopback address nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// instant asks a Prometheus server for the values of an instant vector, by KPI.
// A server that is not there yet has none.
func instant(address, expression string) map[string]float64 {
	r, err := http.NewRequest(http.MethodGet, "http://"+address+"/api/v1/query", nil)
	if err != nil {
		return nil
	}
	q := r.URL.Query()
	q.Set("query", expression)
	r.URL.RawQuery = q.Encode()
	client := &http.Client{Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	res, err := client.Do(r)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	var answer struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if json.NewDecoder(res.Body).Decode(&answer) != nil {
		return nil
	}
	out := map[string]float64{}
	for _, one := range answer.Data.Result {
		var v float64
		if text, ok := one.Value[1].(string); ok {
			if _, err := fmt.Sscan(text, &v); err == nil {
				out[one.Metric["kpi"]] = v
			}
		}
	}
	return out
}
