package scorecard

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/kpid/kpid/kpi"
)

// Text writes the scorecard as a table for a terminal.
func Text(w io.Writer, s Scorecard) error {
	var b strings.Builder
	title := fmt.Sprintf("%s, %s, as of %s", s.Portfolio.Name, s.Week, s.AsOf)
	if s.Sample {
		title += " (sample data)"
	}
	fmt.Fprintln(&b, title)
	fmt.Fprintln(&b, s.Headline)
	if s.Second != "" {
		fmt.Fprintln(&b, s.Second)
	}
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	group := ""
	for _, r := range s.KPIs {
		if g := GroupTitle(r.Group()); g != group {
			group = g
			fmt.Fprintf(t, "\n%s\n", s.heading(r.Group()))
			fmt.Fprintln(t, "status\tKPI\tvalue\tchange\ttarget\tsample\tfresh")
		}
		fmt.Fprintln(t, strings.Join(r.cells(), "\t"))
		if leading := r.Leading(); leading != "" {
			fmt.Fprintf(t, "\t  output, meant to lead %s\n", leading)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, c := range s.Changed {
		fmt.Fprintf(&b, "\n%s %s: %s", changed(c), c.Name, c.Sentence)
	}
	if len(s.Changed) > 0 {
		fmt.Fprintln(&b)
	}
	_, err := io.WriteString(w, trimmed(b.String()))
	return err
}

// heading of a group, with how its dimension stands.
func (s Scorecard) heading(group string) string {
	title := strings.ToUpper(GroupTitle(group))
	if status := s.Health.Of(group); status != "" {
		title += ": " + word(status)
	}
	return title
}

// cells of one row.
func (r Row) cells() []string {
	value, change, target := "–", "–", "–"
	if r.Value != nil {
		value = r.shown()
	}
	if r.Change != nil {
		change = r.Change.Shown + " " + r.Change.Tag
	}
	if r.Target != nil {
		target = r.Target.Short
		if r.Target.Paced && r.Target.FloorNow != nil {
			target += " (" + r.due() + ")"
		}
	}
	return []string{word(r.Status), r.Name, value, change, target, r.sample(), r.Freshness.Shown}
}

// sample is how many units the value rests on and how sure it is.
func (r Row) sample() string {
	if r.N == nil {
		return "–"
	}
	s := "n " + kpi.FormatCount(*r.N)
	if r.CI != nil {
		m := r.measure()
		half := m.Format(math.Abs(r.CI[1]-r.CI[0]) / 2)
		s += " ±" + strings.TrimSuffix(half, "%")
	}
	return s
}

// changed names the step of a change.
func changed(c Change) string {
	if c.From == nil {
		return c.Kind + ","
	}
	step := word(*c.From) + " → " + word(c.To)
	if c.Kind == "pending" {
		step = "pending " + step
	}
	return step + ","
}

// trimmed drops the blanks that fill the last column.
func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
