package main

import (
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
)

func TestProgressLine(t *testing.T) {
	for _, c := range []struct {
		share   float64
		elapsed time.Duration
		want    string
	}{
		{0, time.Minute, "jira: issues, page 3, 120 records"},
		{1, time.Minute, "jira: issues, page 3, 120 records"},
		{.25, time.Second, "jira: issues, page 3, 120 records, 25 %"},
		{.25, 10 * time.Second, "jira: issues, page 3, 120 records, 25 %, about 31 s left"},
		{.1, time.Minute, "jira: issues, page 3, 120 records, 10 %, about 9 min left"},
		{.01, 6 * time.Minute, "jira: issues, page 3, 120 records, 1 %, about 10 h left"},
	} {
		p := ingest.Progress{Source: "jira", Stream: "issues", Pages: 3, Counts: ingest.Counts{Records: 120}, Share: c.share}
		if got := progressLine(p, c.elapsed); got != c.want {
			t.Errorf("%v after %s: %q, want %q", c.share, c.elapsed, got, c.want)
		}
	}
}
