package dashboards

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// DefinitionText is what a version of a definition said. Numerator and Basis are ""
// where they were not kept.
type DefinitionText struct {
	Name, Question, Numerator, Basis string
	Values                           map[string]any    // parameters: int64, float64, bool, string, or a slice of them
	SQL                              map[string]string // by measure
}

// versionPageView is the page of one version of a definition: what did it say, and what
// did it change?
type versionPageView struct {
	base
	ID, Name      string
	Number        string
	Headline      string
	Second        string
	Text          DefinitionText
	Settings      []setting
	SQL           []setting // by measure
	Before        string    // the version that is compared with; "" before the first one
	Parts         []changedPart
	Older, Newer  string
	Hash, Reason  string
	Added, Struck int // lines
}

// oneVersion answers /definitions/{kpi}?version=N.
func (s *server) oneVersion(w http.ResponseWriter, r *http.Request, row scorecard.Row, versions []DefinitionVersion) error {
	at, err := findVersion(row, versions, r.URL.Query().Get("version"))
	if err != nil {
		return err
	}
	one, zone := versions[at], s.reader.Site().Calendar.Zone
	page := func(number int) string {
		return address("/definitions/"+row.ID, "portfolio", r.URL.Query().Get("portfolio"), "version", strconv.Itoa(number))
	}
	v := versionPageView{ID: row.ID, Name: row.Name, Number: "v" + count(one.Number), Hash: one.Hash[:min(8, len(one.Hash))], Reason: one.Reason, Text: one.Text,
		Settings: versionSettings(row.Def, one.Text), SQL: versionSQL(one.Text)}
	v.Headline = row.Name + ": definition, version " + count(one.Number)
	v.Second = "In force since " + stamp(one.Since, zone) + ", by " + s.nameOf(one.By) + "."
	if at+1 < len(versions) {
		v.Second = "In force from " + stamp(one.Since, zone) + " to " + stamp(versions[at+1].Since, zone) + ", by " + s.nameOf(one.By) + ". What is shown elsewhere is the version in force now."
		v.Newer = page(versions[at+1].Number)
	}
	if at > 0 {
		before := versions[at-1]
		v.Older, v.Before = page(before.Number), "v"+count(before.Number)
		v.Parts = changedParts(versionLines(row.Def, before.Text), versionLines(row.Def, one.Text))
		for _, p := range v.Parts {
			v.Added, v.Struck = v.Added+p.Added, v.Struck+p.Struck
		}
	}
	v.base = s.base(r, "definitions", v.Headline)
	return s.page(w, "defversion", v)
}

// findVersion is the place of a version among those that are kept.
func findVersion(row scorecard.Row, versions []DefinitionVersion, number string) (int, error) {
	for i, v := range versions {
		if strconv.Itoa(v.Number) == number {
			return i, nil
		}
	}
	e := notFound(row.Name + " has no version " + cut(number, 40) + ".")
	e.Detail = "Nothing of it was computed yet, so no version is kept."
	var names []string
	for _, v := range slices.Backward(versions) {
		names = append(names, count(v.Number))
		if len(e.Near) < 10 {
			e.Near = append(e.Near, link{"version " + count(v.Number), address("/definitions/"+row.ID, "version", strconv.Itoa(v.Number))})
		}
	}
	if len(names) > 0 {
		e.Detail = "The versions are " + strings.Join(names, ", ") + "."
	}
	return 0, e
}

// versionSettings are the parameters of a version, written as those in force are.
func versionSettings(d *kpi.Definition, t DefinitionText) []setting {
	types := map[string]string{}
	for _, p := range d.Params {
		types[p.Name] = p.Type
	}
	var out []setting
	for _, name := range slices.Sorted(maps.Keys(t.Values)) {
		kind, known := types[name]
		if !known && strings.HasSuffix(name, "_ms") { // it is gone; spans are named so
			kind = "span"
		}
		out = append(out, setting{name, settingText(kind, t.Values[name])})
	}
	return out
}

// versionSQL is the SQL of each measure that has some.
func versionSQL(t DefinitionText) []setting {
	var out []setting
	for _, id := range slices.Sorted(maps.Keys(t.SQL)) {
		if t.SQL[id] != "" {
			out = append(out, setting{id, t.SQL[id]})
		}
	}
	return out
}

// versionLines are the parts of a version with their lines, in the order of the page.
func versionLines(d *kpi.Definition, t DefinitionText) []textPart {
	parts := []textPart{{Name: "Name", Lines: []string{t.Name}}, {Name: "Question", Lines: []string{t.Question}},
		{Name: "What counts", Lines: kept(t.Numerator)}, {Name: "Out of", Lines: kept(t.Basis)}}
	settings := textPart{Name: "Settings"}
	for _, one := range versionSettings(d, t) {
		settings.Lines = append(settings.Lines, one.Name+" = "+one.Value)
	}
	parts = append(parts, settings)
	for _, one := range versionSQL(t) {
		parts = append(parts, textPart{Name: "SQL of " + one.Name, Lines: strings.Split(strings.TrimRight(one.Value, "\n"), "\n"), Code: true})
	}
	return parts
}

func kept(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}
