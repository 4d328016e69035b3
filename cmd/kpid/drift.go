package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// driftDays is how long a new word is told after it last came.
const driftDays = 28

// drifts are the open changes in the form of the sources' records, by source.
func (a *app) drifts(ctx context.Context) (map[string][]dashboards.Drift, error) {
	const day = 24 * 3_600_000
	all, err := a.store.Drifts(ctx, a.now()-driftDays*day)
	if err != nil {
		return nil, err
	}
	out := map[string][]dashboards.Drift{}
	for _, d := range all {
		i := slices.IndexFunc(a.sources, func(s source) bool { return s.ID == d.Source })
		if i < 0 || !a.sources[i].reads(d) {
			continue
		}
		out[d.Source] = append(out[d.Source], dashboards.Drift{Stream: d.Stream, Field: d.Field, Since: d.Since, Text: said(d)})
	}
	return out, nil
}

// reads says that the manifest still reads the field, and still lacks the word.
func (s source) reads(d store.Drift) bool {
	reads := false
	for _, st := range s.manifest.Streams {
		if st.ID != d.Stream {
			continue
		}
		for _, e := range st.Emits {
			for _, f := range e.Fields() {
				if f.Path == nil || f.Path.Path != d.Field {
					continue
				}
				if _, known := f.Map[d.Word]; known {
					return false
				}
				reads = true
			}
		}
	}
	return reads
}

// said tells a change in a sentence.
func said(d store.Drift) string {
	if d.Word != "" {
		return fmt.Sprintf("%s of %s says %q, a word that the map of the manifest lacks (%d records)", d.Field, d.Stream, d.Word, d.Records)
	}
	text := fmt.Sprintf("%s of %s is missing from the last %d records; was it renamed?", d.Field, d.Stream, d.Records)
	if d.Beside != "" {
		text += " There are: " + d.Beside
	}
	return text
}

// tellDrifts prints the open changes of a source after its run.
func (a *app) tellDrifts(ctx context.Context, w io.Writer, id string) {
	all, err := a.drifts(ctx)
	if err != nil {
		fmt.Fprintf(w, "  whether the form of the records changed cannot be said: %v\n", err)
		return
	}
	for _, d := range all[id] {
		fmt.Fprintf(w, "  since %s: %s\n", a.day(d.Since), d.Text)
	}
}

func (a *app) day(at kpi.Millis) string { return a.cal.Date(at).String() }
