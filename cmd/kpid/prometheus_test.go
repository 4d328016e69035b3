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
	path, err := exec.LookPath("prometheus")
	if err != nil {
		missing(t, "promtool", "no Prometheus server scrapes /metrics")
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	write(t, config, fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: kpid\n  static_configs:\n  - targets: [%q]\n", strings.TrimPrefix(s.base, "http://")))
	address := free(t)
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(path, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "tsdb"), "--web.listen-address="+address)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
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
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("Prometheus has not scraped kpid: up %v, values %v\n%s", up, got, text)
		}
		tick(100 * time.Millisecond)
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
