package dashboards_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/dashtest"
)

// listAnswer is what the lists of the API have in common.
type listAnswer struct {
	Open     int
	Next     *int64
	Runs     []struct{ ID int64 }
	Rejected []struct{ ID int64 }
}

// TestListsOverTheAPI follows next from the newest entry to the last one: four runs (34,
// 33, 31, 30), and 437 rejected rows, of which 145 have no date.
func TestListsOverTheAPI(t *testing.T) {
	h := serve(t, dashtest.New())
	aside := serve(t, dashtest.Aside())
	for _, c := range []struct{ path, want string }{
		{"/api/v1/runs", "34 33 31 30"},
		{"/api/v1/runs?limit=1000", "34 33 31 30"},
		{"/api/v1/runs?limit=3", "34 33 31 next 31"},
		{"/api/v1/runs?limit=3&after=31", "30"},
		{"/api/v1/runs?limit=4", "34 33 31 30"},
		{"/api/v1/runs?source=warehouse&limit=1", "31"},
		{"/api/v1/runs?after=30", ""},
		{"/api/v1/rejected?limit=2", "12 11 next 11 of 12"},
		{"/api/v1/rejected?limit=2&after=3", "2 1 of 12"},
		{"/api/v1/rejected?source=warehouse&field=answered_at&limit=3&after=12", "9 6 3 of 4"},
		{"/api/v1/rejected?stream=tickets", ""},
	} {
		if got := listed(t, get(t, h, c.path).Body.Bytes()); got != c.want {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
	}
	n, path := 0, "/api/v1/rejected?limit=100"
	for path != "" {
		var a listAnswer
		if err := json.Unmarshal(get(t, aside, path).Body.Bytes(), &a); err != nil || len(a.Rejected) == 0 {
			t.Fatalf("%s: %v, %d rows", path, err, len(a.Rejected))
		}
		n, path = n+len(a.Rejected), ""
		if a.Next != nil {
			path = fmt.Sprint("/api/v1/rejected?limit=100&after=", *a.Next)
		}
	}
	if n != 437 {
		t.Errorf("the parts have %d rows, want 437", n)
	}
}

func listed(t *testing.T, body []byte) string {
	t.Helper()
	var a listAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	var out []string
	for _, e := range append(a.Runs, a.Rejected...) {
		out = append(out, fmt.Sprint(e.ID))
	}
	if a.Next != nil {
		out = append(out, fmt.Sprint("next ", *a.Next))
	}
	if a.Open > 0 {
		out = append(out, fmt.Sprint("of ", a.Open))
	}
	return strings.Join(out, " ")
}

// TestListsRefuse what is no length and no place, and say what is one.
func TestListsRefuse(t *testing.T) {
	h := serve(t, dashtest.New())
	for _, path := range []string{"/api/v1/runs", "/api/v1/rejected"} {
		for query, want := range map[string]string{
			"limit=0": "limit is a whole number from 1 to 1,000.", "limit=1001": "limit is a whole number from 1 to 1,000.", "limit=ten": "limit is a whole number",
			"limit=1.5": "limit is a whole number", "after=0": "after is the id of an entry of the list", "after=newest": "after is the id", "before=3": "The parameters are source,",
		} {
			w := get(t, h, path+"?"+query)
			if w.Code != 400 || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s?%s: %d, lacks %q: %s", path, query, w.Code, want, w.Body.String())
			}
		}
	}
}
