package deliver

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Compare says what is different from what was told, worst first: a status that got
// worse, a signal, a status that is not graded any more, a source, a word that is
// missing, an action past its day, and what got better. What ended by itself (a
// signal that is no longer the newest, an action that was done) is no news.
func Compare(f Facts, was, now Snapshot) []Line {
	var worse, signals, other, better []Line
	for _, r := range f.Card.KPIs {
		from, known := was.Statuses[key(r)]
		changed := known && from != r.Status || !known && len(was.Statuses) > 0 && r.Status.Graded()
		if s := now.Signals[key(r)]; s != "" && s != was.Signals[key(r)] && signal(r) == s {
			signals = append(signals, row(r, "signal", signalText(f, r)))
			if !changed {
				continue
			}
			signals = signals[:len(signals)-1] // one line says both
		}
		if !changed {
			continue
		}
		line := row(r, "status", moved(from, r))
		switch {
		case !from.Graded() || !r.Status.Graded():
			other = append(other, line)
		case rank(r.Status) < rank(from):
			worse = append(worse, line)
		default:
			better = append(better, line)
		}
	}
	slices.SortStableFunc(worse, func(a, b Line) int { return cmp.Compare(rank(a.Status), rank(b.Status)) })
	return slices.Concat(worse, signals, other, sources(f, was, now), words(f, was, now), promises(f, was, now), better)
}

// moved says from which status a row came: "was on track. 41.8% …".
func moved(from kpi.Status, r scorecard.Row) string {
	text := r.Sentence
	if s := signal(r); s != "" {
		text = strings.TrimSuffix(text, ".") + "; a signal."
	}
	if from == "" {
		return strings.TrimSpace("judged for the first time. " + text)
	}
	return strings.TrimSpace("was " + word(from) + ". " + text)
}

func row(r scorecard.Row, kind, text string) Line {
	return Line{Kind: kind, About: r.ID, Name: r.Name, Status: r.Status, Text: text, URL: r.Links.Page}
}

// rank of graded statuses, worst first; the others stand between.
func rank(s kpi.Status) int {
	switch s {
	case kpi.OffTrack:
		return 0
	case kpi.AtRisk:
		return 1
	case kpi.OnTrack:
		return 3
	case kpi.Exceeding:
		return 4
	}
	return 2
}

// sources that have gone stale, and those that deliver again.
func sources(f Facts, was, now Snapshot) []Line {
	var out []Line
	for _, l := range f.Card.Trust.Late {
		if state := now.Sources[l.Source]; state != "" && state != was.Sources[l.Source] {
			out = append(out, sourceLine(l))
		}
	}
	for _, id := range sorted(was.Sources) {
		if now.Sources[id] == "" {
			out = append(out, Line{Kind: "source", About: id, Name: id, Text: "delivers again", URL: "/sources"})
		}
	}
	return out
}

func sourceLine(l scorecard.Late) Line {
	text := word(kpi.Status(l.State))
	if l.State == "never" {
		text = "has not delivered yet"
	} else if l.Behind != "" {
		text += ", " + l.Behind
	}
	if n := len(l.KPIs); n > 0 {
		text += "; feeds " + strings.Join(l.KPIs[:min(n, 3)], ", ")
		if n > 3 {
			text += " and " + strconv.Itoa(n-3) + " more"
		}
	}
	return Line{Kind: "source", About: l.Source, Name: l.Source, Text: text, URL: "/sources"}
}

// words that are missing and have become late.
func words(f Facts, was, now Snapshot) []Line {
	var out []Line
	for _, r := range f.Unexplained {
		if now.Missing[key(r)].Late && !was.Missing[key(r)].Late {
			out = append(out, wordLine(f, r))
		}
	}
	return out
}

func wordLine(f Facts, r scorecard.Row) Line {
	text := "no word yet on why"
	if name := f.name(r.Owner); name != "" {
		text += ", from " + name
	}
	return row(r, "comment", text)
}

// promises that are past their day and were not told before.
func promises(f Facts, was, _ Snapshot) []Line {
	var out []Line
	for _, a := range f.Overdue {
		if was.Overdue[strconv.FormatInt(a.ID, 10)] != a.Due.String() {
			out = append(out, actionLine(f, a))
		}
	}
	return out
}

func actionLine(f Facts, a kpi.Action) Line {
	text := "was due on " + a.Due.String()
	if name := f.name(a.Owner); name != "" {
		text += ", " + name
	}
	return Line{Kind: "action", About: strconv.FormatInt(a.ID, 10), Name: a.Text, Text: text, URL: "/p/" + a.Portfolio + "/notes"}
}

func (f Facts) name(id string) string {
	if f.Person == nil || id == "" {
		return id
	}
	return f.Person(id)
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
