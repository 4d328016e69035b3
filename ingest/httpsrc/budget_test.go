package httpsrc_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestBudget holds that nothing is asked any more once the share is used that the
// manifest allows, and that the page that said so still counts.
func TestBudget(t *testing.T) {
	text := strings.Replace(stream("page = { kind = \"offset\", offset = \"query.offset\", size = 10 }\n"), "errors =", "rate = { per_second = 100, budget = { header = \"X-Usage\", stop_at = 0.5 } }\nerrors =", 1)
	used := 48
	r := newRig(t, text, func(w http.ResponseWriter, q *http.Request) {
		used++
		w.Header().Set("X-Usage", fmt.Sprintf("api-usage=%d/100", used))
		write(w, object{"items": cutout(items(100), number(q, "offset"), 10)})
	})
	said := r.said()
	if !strings.Contains(said, "50 of 100 calls of the day are used") || len(r.seen) != 2 || len(r.sink.Rows("work_item_change")) != 20 {
		t.Errorf("%d requests, %d rows: %s", len(r.seen), len(r.sink.Rows("work_item_change")), said)
	}
	used = 0
	if r.whole(100); len(r.seen) < 12 {
		t.Errorf("the next day it asked %d times", len(r.seen))
	}
}
