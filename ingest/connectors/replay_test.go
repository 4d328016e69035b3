package connectors_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/httpsrc"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/ingest/replaysrc"
	"github.com/kpid/kpid/internal/spectest"
)

// TestReplay holds, for every vendor, that what is kept of its records makes the same
// rows as the records did, and that it is less than the records.
func TestReplay(t *testing.T) {
	spectest.Need(t)
	for _, m := range vendors(t, true) {
		t.Run(m.ID, func(t *testing.T) {
			replay(t, described{m, spectest.Read(t, m.Spec)})
		})
	}
}

func replay(t *testing.T, v described) {
	b := newBench(t, v)
	b.cfg.Keep = &mapping.Keep{Fields: map[string][]string{}}
	for _, s := range v.manifest.Streams {
		b.cfg.Keep.Fields[s.ID] = nil
	}
	if _, err := httpsrc.New(b.cfg); err != nil { // a stream whose records cannot be kept
		b.cfg.Keep.Fields = nil
	}
	b.complete(b.Rows)
	kept, not := keptOf(b.sink.Pages)
	src, err := replaysrc.New(replaysrc.Config{Source: b.cfg.Source, Manifest: b.manifest, Values: b.Config, Config: b.cfg.Config, Records: kept})
	if err != nil {
		t.Fatal(err)
	}
	sink := &ingesttest.Sink{}
	rep := ingest.RunSource(t.Context(), sink, b.cfg.Source, src, b.cfg.Now, nil)
	if rep.Err != nil || rep.Counts.Rejected > 0 || strings.Contains(rep.Summary.Message, "without") {
		t.Errorf("%+v", rep)
	}
	want := slices.DeleteFunc(b.sink.Dump(), func(row string) bool {
		return slices.ContainsFunc(not, func(stream string) bool { return ofStream(b, stream, row) })
	})
	if d := cmp.Diff(want, sink.Dump(), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("streams not kept: %v\n%s", not, d)
	}
}

// ofStream says that a row's fact comes from a stream.
func ofStream(b *bench, stream, row string) bool {
	for _, s := range b.manifest.Streams {
		for _, e := range s.Emits {
			if s.ID == stream && strings.HasPrefix(row, b.cfg.Source+" "+e.Fact+" ") {
				return true
			}
		}
	}
	return false
}

// keptOf gives what the pages hold as a store does, and the streams of which nothing
// is kept.
func keptOf(pages []ingest.Page) (replaysrc.Records, []string) {
	all, read := map[string][]ingest.Kept{}, map[string]int{}
	for _, p := range pages {
		read[p.Stream] += p.Records
		for _, r := range p.Raw {
			if r.Key == "" {
				r.Key = fmt.Sprintf("#%x", sha256.Sum256([]byte(r.Body)))
			}
			list := slices.DeleteFunc(all[p.Stream], func(k ingest.Kept) bool { return k.Key == r.Key })
			all[p.Stream] = append(list, ingest.Kept{Raw: r, Fields: p.Fields})
		}
	}
	var not []string
	for stream, n := range read {
		if n > 0 && len(all[stream]) == 0 {
			not = append(not, stream)
		}
	}
	return func(_ context.Context, _, stream string, after ingest.Kept, limit int) ([]ingest.Kept, error) {
		list := all[stream]
		if after.Key != "" {
			list = list[1+slices.IndexFunc(list, func(k ingest.Kept) bool { return k.Key == after.Key }):]
		}
		return list[:min(limit, len(list))], nil
	}, not
}
