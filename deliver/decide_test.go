package deliver_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/deliver/delivertest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

const (
	hour = kpi.Millis(60 * 60 * 1000)
	day  = 24 * hour
)

// diary tells one reader of one portfolio, run by run, through the JSON that is kept.
type diary struct {
	*testing.T
	weekly, changes bool
	kept            string
	said            []string
	steady          []string // second lines of the steady notes
	ids             map[string]bool
}

func (d *diary) run(f deliver.Facts, now kpi.Millis) []deliver.Message {
	d.Helper()
	var told deliver.Told
	if d.kept != "" {
		if err := json.Unmarshal([]byte(d.kept), &told); err != nil {
			d.Fatal(err)
		}
	}
	due, err := deliver.LastDue(time.Monday, 7, 30, delivertest.Calendar().Zone, now)
	if err != nil {
		d.Fatal(err)
	}
	f.Card.Week = delivertest.Calendar().Ended(kpi.Week, now).ID
	out, next := deliver.Decide(f, delivertest.Reader(), deliver.Plan{Weekly: d.weekly, Changes: d.changes, Due: due}, delivertest.Calendar(), told, now)
	b, err := json.Marshal(next)
	if err != nil {
		d.Fatal(err)
	}
	d.kept = string(b)
	for _, m := range out {
		if d.ids == nil {
			d.ids = map[string]bool{}
		}
		if d.ids[m.ID] {
			d.Errorf("the id %s was used before", m.ID)
		}
		d.ids[m.ID] = true
		if m.Kind == deliver.Steady {
			d.steady = append(d.steady, m.Second)
		}
		d.said = append(d.said, now.Time().Format("2 Jan")+" "+string(m.Kind))
	}
	return out
}

func (d *diary) want(lines ...string) {
	d.Helper()
	if diff := cmp.Diff(lines, d.said); diff != "" {
		d.Errorf("said (-want +got):\n%s", diff)
	}
}

// about is what the lines of the first section speak of.
func about(m deliver.Message) (out []string) {
	for _, l := range m.Sections[0].Lines {
		out = append(out, l.Kind+" "+l.About)
	}
	return out
}

// of is a portfolio of two KPIs.
func of(first, second kpi.Status) deliver.Facts {
	return delivertest.Facts(delivertest.Row("activation_rate", "Activation rate", first), delivertest.Row("nrr", "Net revenue retention", second))
}

// TestNothingOnUnchangedRuns: thirty weeks of the same say nothing but one note in each
// new quarter; so do thirty runs of one day.
func TestNothingOnUnchangedRuns(t *testing.T) {
	for name, d := range map[string]*diary{"both": {T: t, weekly: true, changes: true}, "digest": {T: t, weekly: true}, "changes": {T: t, changes: true}} {
		for week := range 30 {
			for run := range 3 {
				d.run(of(kpi.OnTrack, kpi.AtRisk), delivertest.Now()+kpi.Millis(week)*7*day+kpi.Millis(run)*hour)
			}
		}
		for range 30 {
			d.run(of(kpi.OnTrack, kpi.AtRisk), delivertest.Now()+29*7*day+4*hour)
		}
		if second := d.steady; len(second) != 3 || second[2] != "Nothing that is told of has changed since 21 Sep 2026. This note comes once a quarter." {
			t.Errorf("%s: steady notes %q", name, second)
		}
		want := []string{"21 Sep weekly", "5 Oct steady", "4 Jan steady", "5 Apr steady"}
		if name == "changes" { // the first look is only remembered
			want = want[1:]
		}
		if diff := cmp.Diff(want, d.said); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestWhatIsTold walks through each thing that is told once, and what is none.
func TestWhatIsTold(t *testing.T) {
	d := &diary{T: t, changes: true}
	now := delivertest.Now()
	step := func(f deliver.Facts, want ...string) {
		t.Helper()
		now += hour
		var got []string
		for _, m := range d.run(f, now) {
			got = append(got, about(m)...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	base := of(kpi.OnTrack, kpi.OnTrack)
	step(base) // the first look
	step(of(kpi.OffTrack, kpi.OnTrack), "status activation_rate")
	step(of(kpi.OffTrack, kpi.OnTrack))
	step(base, "status activation_rate")
	step(of(kpi.OffTrack, kpi.AtRisk), "status activation_rate", "status nrr")
	step(base, "status activation_rate", "status nrr")

	noisy := of(kpi.OnTrack, kpi.OnTrack)
	noisy.Card.KPIs[1] = delivertest.Signalled(noisy.Card.KPIs[1], "2026-W38", false)
	step(noisy, "signal nrr")
	step(base) // a signal that is not the newest any more
	step(noisy)
	next := of(kpi.OnTrack, kpi.OnTrack)
	next.Card.KPIs[1] = delivertest.Signalled(next.Card.KPIs[1], "2026-W39", false)
	step(next, "signal nrr")

	late := of(kpi.OnTrack, kpi.OnTrack)
	late.Card.Trust.Late = []scorecard.Late{{Source: "helpdesk", State: "late", Behind: "1 d late"}}
	step(late)
	stale := of(kpi.OnTrack, kpi.OnTrack)
	stale.Card.Trust.Late = []scorecard.Late{{Source: "helpdesk", State: "stale", Behind: "4 d late"}}
	step(stale, "source helpdesk")
	step(stale)
	step(base, "source helpdesk")

	overdue := of(kpi.OnTrack, kpi.OnTrack)
	overdue.Overdue = []kpi.Action{{Said: kpi.Said{ID: 7, Portfolio: "core", Text: "Call"}, Due: kpi.Date{Year: 2026, Month: 9, Day: 20}, State: kpi.ActionOpen}}
	step(overdue, "action 7")
	step(overdue)
	step(base)

	missed := of(kpi.OffTrack, kpi.OnTrack)
	missed.Unexplained = missed.Card.KPIs[:1]
	step(missed, "status activation_rate")
	now += 7*day - 2*hour
	step(missed) // an hour before the week is over
	step(missed, "comment activation_rate")
	step(missed)
}

// TestDigestTakesThePlaceOfAnAlert: what is due at once is one message.
func TestDigestTakesThePlaceOfAnAlert(t *testing.T) {
	d := &diary{T: t, weekly: true, changes: true}
	monday := delivertest.Now()
	d.run(of(kpi.OnTrack, kpi.OnTrack), monday)
	d.run(of(kpi.OnTrack, kpi.OffTrack), monday+2*day)
	out := d.run(of(kpi.AtRisk, kpi.OffTrack), monday+7*day)
	d.want("21 Sep weekly", "23 Sep changes", "28 Sep weekly")
	if got := about(out[0]); !slices.Equal(got, []string{"status nrr", "status activation_rate"}) {
		t.Errorf("the digest tells %q", got)
	}
	// back to what the last digest said: no news for a digest, and told all the same
	d.run(of(kpi.AtRisk, kpi.OnTrack), monday+8*day)
	d.run(of(kpi.AtRisk, kpi.OffTrack), monday+14*day)
	d.want("21 Sep weekly", "23 Sep changes", "28 Sep weekly", "29 Sep changes", "5 Oct weekly")
}

// TestMissedWeeks: kpid was down for five weeks and tells of the newest.
func TestMissedWeeks(t *testing.T) {
	d := &diary{T: t, weekly: true}
	d.run(of(kpi.OnTrack, kpi.OnTrack), delivertest.Now())
	for i := range 3 {
		d.run(of(kpi.OffTrack, kpi.OnTrack), delivertest.Now()+35*day+kpi.Millis(i)*hour)
	}
	d.want("21 Sep weekly", "26 Oct weekly")
}

// TestLastDue: in the reader's zone, through both changes of the clocks.
func TestLastDue(t *testing.T) {
	for _, c := range []struct {
		day          time.Weekday
		hour, minute int
		zone         string
		now, want    string // UTC
	}{
		{time.Monday, 7, 30, "Europe/Berlin", "2026-09-21T06:10:00Z", "2026-09-21T05:30:00Z"},
		{time.Monday, 7, 30, "Europe/Berlin", "2026-09-21T05:29:59Z", "2026-09-14T05:30:00Z"},
		{time.Monday, 7, 30, "Europe/Berlin", "2026-09-21T05:30:00Z", "2026-09-21T05:30:00Z"},
		{time.Monday, 7, 30, "America/New_York", "2026-09-21T06:10:00Z", "2026-09-14T11:30:00Z"},
		{time.Monday, 7, 30, "Pacific/Kiritimati", "2026-09-21T06:10:00Z", "2026-09-20T17:30:00Z"},
		{time.Monday, 7, 30, "Europe/Berlin", "2026-10-26T06:30:00Z", "2026-10-26T06:30:00Z"}, // winter
		{time.Sunday, 2, 30, "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-29T01:30:00Z"}, // 02:30 is skipped: 03:30
		{time.Sunday, 2, 30, "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-25T01:30:00Z"}, // 02:30 comes twice
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := deliver.LastDue(c.day, c.hour, c.minute, zone, kpi.At(now))
		if err != nil || got.String() != c.want {
			t.Errorf("%s %02d:%02d %s at %s: %s %v, want %s", c.day, c.hour, c.minute, c.zone, c.now, got, err, c.want)
		}
	}
}

// TestIDs: the same occasion has the same id, any other another.
func TestIDs(t *testing.T) {
	one := deliver.ID(deliver.Weekly, "core", "2026-W38", "monday")
	if again := deliver.ID(deliver.Weekly, "core", "2026-W38", "monday"); again != one {
		t.Errorf("%s and %s", one, again)
	}
	seen := map[string]bool{one: true}
	for _, id := range []string{deliver.ID(deliver.Changes, "core", "2026-W38", "monday"), deliver.ID(deliver.Weekly, "growth", "2026-W38", "monday"),
		deliver.ID(deliver.Weekly, "core", "2026-W39", "monday"), deliver.ID(deliver.Weekly, "core", "2026-W38", "mail")} {
		if seen[id] {
			t.Error(fmt.Sprint("twice: ", id))
		}
		seen[id] = true
	}
}
