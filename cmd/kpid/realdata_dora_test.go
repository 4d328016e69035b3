package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAttribution: which deployment an incident is laid to must be what another
// tool's tests expect of the same files, and the change fail rate must follow.
func TestAttribution(t *testing.T) {
	kpid, db, root := deliveries(t, "dora")
	ships := deployments(t, filepath.Join(root, "dora/incident_deployments.csv"))

	want := map[string]string{} // incident to the pipeline of its deployment
	table(t, filepath.Join(root, "dora/expected_incident_deployment.csv"), func(cell func(string) string) {
		want[cell("id")] = cell("deployment_id")
	})
	got, blamed := map[string]string{}, map[string]bool{}
	for _, month := range []string{"2022-09", "2022-11"} {
		var x struct {
			Rows []struct {
				Unit string
				Num  float64
				Ref  string
			}
		}
		if err := json.Unmarshal([]byte(kpid("explain", "change_incidents", "--portfolio", "dora", "--product", "project1", "--measure", "attributed",
			"--period", month, "--rows", "0", "--json")), &x); err != nil {
			t.Fatal(err)
		}
		for _, u := range x.Rows {
			if u.Num != 1 {
				t.Errorf("%s is laid to no deployment", u.Unit)
				continue
			}
			id := strings.TrimPrefix(u.Ref, "dora/")
			got[strings.TrimPrefix(u.Unit, "dora/")] = ships[id].pipeline
			blamed[id] = true
		}
	}
	same(t, "incident to pipeline", got, want)

	// of the project's production deployments of September: those that were blamed
	num, den := 0, 0
	for id, d := range ships {
		if d.ours && d.environment == "PRODUCTION" && d.started.Format("2006-01") == "2022-09" {
			den++
			if blamed[id] {
				num++
			}
		}
	}
	same(t, "change fail rate", observed(t, db, "change_incidents", "change_fail_rate", "dora", "project1", "2022-09"),
		map[string]string{"2022-09": fmt.Sprintf("%d/%d n %d excluded 0", num, den, den)})
}

// ship is one deployment as the file has it.
type ship struct {
	pipeline, environment string
	ours                  bool // of the project
	started               time.Time
}

func deployments(t *testing.T, path string) map[string]ship {
	t.Helper()
	out := map[string]ship{}
	table(t, path, func(cell func(string) string) {
		at, err := time.Parse("2006-01-02T15:04:05.000-07:00", cell("started_date"))
		if err != nil {
			t.Fatal(err)
		}
		out[cell("id")] = ship{cell("cicd_deployment_id"), cell("environment"), slices.Contains([]string{"cicd1", "cicd2"}, cell("cicd_scope_id")), at}
	})
	return out
}
