package report

import (
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// plans is the fourth sheet: bets, promises and risks.
func (w packWriter) plans() []Block {
	if len(w.Bets.Rows)+len(w.Promised)+len(w.Risks)+len(w.Register) == 0 {
		return nil
	}
	left := []Block{Heading{2, "Bets"}, Small("No bet was due in " + w.Period.Short + ".")}
	if len(w.Bets.Rows) > 0 {
		left = []Block{Heading{2, w.Bets.Said}, w.bets(), Small("Dot: lift seen as a share of the lift expected. Bar: 95% interval. Filled: met; open: missed.")}
		for _, line := range w.Bets.Worth {
			left = append(left, Plain(line))
		}
	}
	if len(w.Bets.Areas) > 0 {
		t := Table{Columns: []Column{{Name: "Area", Share: 3}, {Name: "Met", Right: true}, {Name: "Median return", Right: true, Share: 2}}}
		for _, a := range w.Bets.Areas {
			t.Rows = append(t.Rows, []Cell{{Text: a.Name}, {Text: strconv.Itoa(a.Met) + " of " + strconv.Itoa(a.Due)}, {Text: either(a.Median, a.Few)}})
		}
		left = append(left, Heading{2, "Where bets paid"}, t)
	}
	if len(w.Promised) > 0 {
		t := Table{Columns: []Column{{Name: "Promise", Share: 4}, {Name: "Owner"}, {Name: "Due", Right: true}, {Name: "Result", Right: true}}}
		for _, p := range w.Promised {
			t.Rows = append(t.Rows, []Cell{{Text: p.Text}, {Text: p.Owner}, {Text: p.Due}, {Text: p.Result, Bold: !p.Kept}})
		}
		left = append(left, Heading{2, "Promised for " + w.Period.Short}, t)
	}
	right := []Block{Heading{2, "Risks carried on"}}
	for _, r := range w.Risks {
		k, _ := w.find(r.KPI)
		right = append(right, Text{Spans: []Piece{{Text: r.Name, URL: w.url(k.URL), Bold: true}, {Text: " " + r.Said}}}, Small(capital(statusWord(r.Status))+" · owner "+r.Owner))
	}
	if len(w.Risks) == 0 {
		right = append(right, Small("Nothing is off track or at risk."))
	}
	out := []Block{Columns{Left: left, Right: right, Share: .72}}
	if len(w.Register) > 0 {
		out = append(out, Heading{2, "Decisions, risks, escalations and asks"}, w.register())
	}
	return out
}

// register is what is carried from pack to pack, and what was settled in the quarter.
func (w packWriter) register() Table {
	t := Table{Title: "Register", Columns: []Column{{Name: "Kind"}, {Name: "What", Share: 4}, {Name: "About", Share: 1.6}, {Name: "Owner", Share: 1.3}, {Name: "State", Share: 1.6}, {Name: "Since"}, {Name: "Due"}}}
	for _, m := range w.Register {
		state := m.State
		if m.Carried {
			state += ", carried over"
		}
		t.Rows = append(t.Rows, []Cell{{Text: capital(m.Kind)}, {Text: m.Text + evidence(m.Links)}, {Text: dash(m.Name)}, {Text: m.Owner}, {Text: state, Bold: m.Open}, {Text: m.On}, {Text: dash(m.Due)}})
	}
	return t
}

func (w packWriter) bets() Table {
	t := Table{Columns: []Column{{Name: "Bet", Share: 2.4}, {Name: "KPI", Share: 1.8}, {Name: "Expected", Right: true}, {Name: "Seen", Right: true}, {Name: "no lift · as expected · twice", Center: true, Share: 2.4}, {Name: "Verdict", Share: 1.2}, {Name: "Worth", Right: true, Share: 1.3}, {Name: "Realised", Right: true, Share: 1.3}}}
	for _, b := range w.Bets.Rows {
		plot := b.Plot.Drawing()
		t.Rows = append(t.Rows, []Cell{{Text: b.Name}, {Text: b.KPI}, {Text: b.Expected}, {Text: b.Seen, Bold: true}, {Text: dash(b.Interval), Drawing: &plot}, {Text: b.Verdict}, {Text: dash(b.Worth)}, {Text: dash(b.Realised)}})
	}
	return t
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// notes is what was said, and what was restated.
func (w packWriter) notes() []Block {
	var out []Block
	if len(w.Notes) > 0 {
		t := Table{Title: "Commentary", Columns: []Column{{Name: "Day"}, {Name: "About", Share: 2}, {Name: "What was said", Share: 5}, {Name: "By", Share: 1.4}}}
		for _, n := range w.Notes {
			t.Rows = append(t.Rows, []Cell{{Text: n.At}, {Text: either(n.Name, "The portfolio")}, {Text: n.Text + evidence(n.Links)}, {Text: n.Signed}})
		}
		out = append(out, Heading{2, "Commentary"}, t)
	}
	if len(w.Restated) > 0 {
		t := Table{Title: "Restatements", Columns: []Column{{Name: "KPI", Share: 2}, {Name: "Period"}, {Name: "First", Right: true}, {Name: "Now", Right: true}, {Name: "On"}, {Name: "Why", Share: 3}}}
		for _, r := range w.Restated {
			t.Rows = append(t.Rows, []Cell{{Text: r.Name}, {Text: r.Period}, {Text: r.First}, {Text: r.Now, Bold: true}, {Text: r.On}, {Text: either(r.Cause, "no cause recorded")}})
		}
		out = append(out, Heading{2, "Restatements within the quarter"}, t)
	}
	return out
}

// evidence names the tools that links lead to: " (Figma, Miro)".
func evidence(links []string) string {
	var tools []string
	for _, l := range links {
		tools = append(tools, kpi.LinkTool(l))
	}
	if len(tools) == 0 {
		return ""
	}
	return " (" + strings.Join(tools, ", ") + ")"
}

// definitions is what each KPI meant.
func (w packWriter) definitions() []Block {
	t := Table{Title: "Definitions in force", Columns: []Column{{Name: "KPI", Share: 1.6}, {Name: "Version"}, {Name: "What counts", Share: 2.6}, {Name: "Out of", Share: 2.2}, {Name: "Target", Share: 2}, {Name: "Owner"}}}
	for _, d := range w.Definitions {
		t.Rows = append(t.Rows, []Cell{{Text: d.Name}, {Text: d.version()}, {Text: d.Counts}, {Text: d.OutOf}, {Text: either(d.Target, "none")}, {Text: d.Owner}})
	}
	return []Block{Heading{2, "Definitions in force"}, t}
}

func (w packWriter) sources() []Block {
	t := Table{Title: "Sources", Columns: []Column{{Name: "Source"}, {Name: "State"}, {Name: "Complete through", Share: 2}, {Name: "Rejected rows", Right: true}, {Name: "Feeds", Share: 4}}}
	for _, s := range w.Sources {
		t.Rows = append(t.Rows, []Cell{{Text: s.ID}, {Text: strings.ReplaceAll(s.State, "_", " ")}, {Text: dash(s.Complete)}, count(s.Rejected), {Text: strings.Join(s.Feeds, ", ")}})
	}
	return []Block{Heading{2, "Sources"}, t, Small("Data version " + w.DataVersion + ", known at " + w.KnownAt + ".")}
}

// version of a definition; one that no evaluation has used yet has no number.
func (d Definition) version() string {
	hash := d.Hash[:min(8, len(d.Hash))]
	if d.Version == 0 {
		return hash
	}
	return strconv.Itoa(d.Version) + ", " + hash
}
