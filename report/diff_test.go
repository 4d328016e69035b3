package report

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
)

// standing of a rate against a target, made of the first revision of June.
func standing(value float64, shown string, status kpi.Status, target string) Standing {
	return Standing{Status: status, Value: &value, Shown: shown, Period: "2026-06", Hash: "h1", Made: []Observed{{"rate", "2026-06", 1}}, Target: &Target{Expr: target, Baseline: &Baseline{Value: 60, Shown: "60.0%"}}}
}

func pack(all ...KPI) *Pack {
	p := &Pack{Format: PackFormat, KnownAt: "2026-07-06T06:00:00Z", KPIs: all}
	p.Portfolio.ID, p.Period.ID = "core", "2026-Q2"
	return p
}

func TestCompare(t *testing.T) {
	one := func(id string, now Standing) KPI { return KPI{ID: id, Measure: "rate", Name: id, Now: now} }
	base := standing(75, "75.0%", kpi.OnTrack, "level 70..90 %")
	promised := base
	promised.Target = &Target{Expr: "level 80..90 %", Baseline: &Baseline{Value: 61, Shown: "61.0%"}}
	promised.Status = kpi.OffTrack
	rebased := base
	rebased.Target = &Target{Expr: "level 70..90 %", Baseline: &Baseline{Value: 61, Shown: "61.0%"}}
	capped := base
	capped.Status, capped.Caps = kpi.AtRisk, []string{"nps"}
	later := standing(76, "76.0%", kpi.OnTrack, "level 70..90 %")
	later.Period = "2026-07"
	silent := standing(70, "70.0%", kpi.OnTrack, "level 70..90 %")
	then := pack(one("same", base), one("late", base), one("promised", base), one("rebased", base), one("capped", base), one("later", base), one("silent", base), one("gone", base))
	now := pack(one("same", base), one("late", standing(60, "60.0%", kpi.OffTrack, "level 70..90 %")), one("promised", promised), one("rebased", rebased), one("capped", capped), one("later", later), one("silent", silent), one("new", base))
	since := func(k KPI) ([]Cause, error) {
		if k.ID == "late" {
			return []Cause{{Kind: CauseRows, Says: "1 late row."}}, nil
		}
		return nil, nil
	}
	d, err := Compare(then, now, since, func(was, is KPI) string { return is.Now.Shown + " on " + was.Now.Shown })
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range d.Differences {
		line := x.KPI + ": " + x.Change
		if x.Flipped {
			line += " flipped"
		}
		for _, c := range x.Causes {
			line += " | " + c.Kind + " " + c.Says
		}
		got = append(got, line)
	}
	want := []string{
		"late: 60.0% on 75.0% flipped | rows 1 late row.",
		"promised: 75.0% on 75.0% flipped | target The target was level 70..90 % and is level 80..90 %.",
		"rebased: 75.0% on 75.0% | baseline The baseline was 60.0% and is 61.0%.",
		"capped: 75.0% on 75.0% flipped | guardrail What its guardrails say of it changed.",
		"later: 76.0% on 75.0% | settled The number was that of Jun; it is that of Jul now.",
		"silent: 70.0% on 75.0% | unknown Nobody recorded why.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if !slices.Equal(d.Gone, []string{"gone"}) || !slices.Equal(d.New, []string{"new"}) {
		t.Errorf("gone %v, new %v", d.Gone, d.New)
	}
}

// TestSince: of June revision 2 was known when it was frozen; 3 came by a late row, 4
// shows the same, 5 by a new definition, 6 was computed again.
func TestSince(t *testing.T) {
	m := kpi.Measure{ID: "rate", Unit: "%", Digits: 1, Agg: kpi.Share}
	rev := func(n int, v float64, hash, cause string, state kpi.State) kpi.Observation {
		o := kpi.Observation{Period: "2026-06", Revision: n, Value: &v, DefinitionHash: hash, State: state, RecordedAt: kpi.Millis(n) * 86_400_000}
		if cause != "" {
			o.Cause = &cause
		}
		return o
	}
	all := []kpi.Observation{rev(1, .80, "h1", "", kpi.Provisional), rev(2, .75, "h1", "", kpi.Final), rev(3, .732, "h1", "1 late row", kpi.Final),
		rev(4, .7321, "h1", "1 late row", kpi.Final), rev(5, .488, "h2", "new definition", kpi.Final), rev(6, .49, "h2", "recomputed", kpi.Final)}
	versions := []DefinitionVersion{{Number: 1, Hash: "h1"}, {Number: 2, Hash: "h2", By: "p.nair", Reason: "one day.", RecordedAt: 5 * 86_400_000}}
	texts := func(made int) []string {
		var out []string
		for _, c := range Since(Standing{Hash: "h1", Made: []Observed{{"rate", "2026-06", made}}}, []Remade{{Measure: m, Revisions: all}}, versions) {
			out = append(out, c.Kind+" "+c.Says)
		}
		return out
	}
	rest := []string{"rows 1 late row took Jun from 75.0% to 73.2%.", "definition Version 2 of the definition: one day; Jun from 73.2% to 48.8%.", "recomputed Computing it again took Jun from 48.8% to 49.0%."}
	if diff := cmp.Diff(rest, texts(2)); diff != "" {
		t.Errorf("frozen at revision 2 (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append([]string{"settled Jun was not final; it went from 80.0% to 75.0%."}, rest...), texts(1)); diff != "" {
		t.Errorf("frozen while it was provisional (-want +got):\n%s", diff)
	}
}

// TestSinceOfAPart: the verdict of a composite rests on measures beside the one it shows.
func TestSinceOfAPart(t *testing.T) {
	old, now, cause := 4.1, 3.8, "2 corrected rows"
	rest := []kpi.Observation{{Period: "2026-Q2", Revision: 1, Value: &old, State: kpi.Final}, {Period: "2026-Q2", Revision: 2, Value: &now, State: kpi.Final, Cause: &cause}}
	at := Standing{Made: []Observed{{"rating", "2026-Q2", 2}, {"satisfaction", "2026-Q2", 1}}}
	got := Since(at, []Remade{{Measure: kpi.Measure{ID: "rating", Digits: 1}, Revisions: rest}, {Measure: kpi.Measure{ID: "satisfaction", Unit: "/5", Digits: 1}, Part: true, Revisions: rest}}, nil)
	if len(got) != 1 || got[0].Says != "2 corrected rows took satisfaction of Q2 from 4.1 / 5 to 3.8 / 5." {
		t.Errorf("%+v", got)
	}
}

// TestPackBytes: the same pack gives the same bytes, and what is read back writes them again.
func TestPackBytes(t *testing.T) {
	p := pack(KPI{ID: "a", Measure: "rate", Name: `</script> & "é" 🎉`, Now: standing(41.82, "41.8%", kpi.AtRisk, "level 45..50 %")})
	first, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(first)
	if err != nil {
		t.Fatal(err)
	}
	second, err := again.Encode()
	if err != nil || string(first) != string(second) {
		t.Errorf("%v\n%s\n%s", err, first, second)
	}
	for body, want := range map[string]string{`{"format":2}`: "the frozen pack has format 2 and this kpid reads 1 to 1: take the kpid that froze it, or a newer one", `{`: "read a frozen pack: unexpected end of JSON input"} {
		if _, err := Decode([]byte(body)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", body, err)
		}
	}
	if k, ok := p.KPI("a", "count"); ok {
		t.Errorf("another measure: %v", k)
	}
}
