package storetest

import (
	"errors"
	"sync"
	"time"

	"github.com/kpid/kpid/kpi"
)

// frozen: what was frozen keeps every byte, the same bytes are kept once, and twenty
// people who freeze at once get one freeze.
func frozen(b *bench) {
	b.now = noon(time.October, 5)
	before := must(b, b.store.Version)
	body := []byte("{\"headline\":\"</script> \u202e 🎉 'quoted' \\\\ 41.8 %\"}\n")
	first, added, err := b.store.Freeze(b.Context(), kpi.Freeze{Portfolio: "core", Period: "2026-Q3", Body: body, By: "p.nair"})
	equal(b, "freeze", err, nil)
	equal(b, "added", added, true)
	equal(b, "random id", len(first.ID), 32)
	want := kpi.Freeze{ID: first.ID, Portfolio: "core", Period: "2026-Q3", Body: body, RecordedAt: b.now, By: "p.nair",
		SHA256: kpi.Digest(body)}
	equal(b, "what stands", first, want)
	equal(b, "pages notice", must(b, b.store.Version) != before, true)

	b.now = noon(time.October, 6)
	again, added, err := b.store.Freeze(b.Context(), kpi.Freeze{Portfolio: "core", Period: "2026-Q3", Body: body, By: "m.okafor"})
	equal(b, "the same bytes", err, nil)
	equal(b, "are not added again", added, false)
	equal(b, "and are the first freeze", again, want)
	other := make([]kpi.Freeze, 20)
	var all sync.WaitGroup
	for i := range other {
		all.Add(1)
		go func() {
			defer all.Done()
			f, _, err := b.store.Freeze(b.Context(), kpi.Freeze{Portfolio: "core", Period: "2026-Q3", Body: []byte("{}"), By: "p.nair"})
			if err != nil {
				b.Error(err)
			}
			other[i] = f
		}()
	}
	all.Wait()
	for _, f := range other {
		equal(b, "twenty at once", f, other[0])
	}

	list, err := b.store.Freezes(b.Context(), "core", "2026-Q3")
	equal(b, "list", err, nil)
	bare := []kpi.Freeze{want, other[0]}
	bare[0].Body, bare[1].Body = []byte{}, []byte{}
	equal(b, "oldest first, without bodies", list, bare)
	none, err := b.store.Freezes(b.Context(), "core", "2026-Q2")
	equal(b, "another quarter", len(none), 0)
	equal(b, "another quarter", err, nil)
	got, err := b.store.Frozen(b.Context(), first.ID)
	equal(b, "read", err, nil)
	equal(b, "every byte", got, want)
	_, err = b.store.Frozen(b.Context(), "0")
	equal(b, "of no such id", errors.Is(err, kpi.ErrNoFreeze), true)
}

// narrative: the newest revision stands, and nobody writes over what he has not read.
func narrative(b *bench) {
	b.now = noon(time.October, 5)
	n := kpi.Narrative{Portfolio: "core", Period: "2026-Q3", Section: kpi.SectionHappened, Text: "Activation is {activation_rate}. </script>", Numbers: map[string]string{"{activation_rate}": "41.8%"}, Author: "p.nair"}
	first, err := b.store.SaveNarrative(b.Context(), n)
	equal(b, "save", err, nil)
	want := n
	want.Revision, want.RecordedAt = 1, b.now
	equal(b, "what stands", first, want)
	again := n
	again.Revision = 1
	stands, err := b.store.SaveNarrative(b.Context(), again)
	equal(b, "the same form twice", stands, want)
	equal(b, "the same form twice", err, nil)

	b.now = noon(time.October, 6)
	back := kpi.Narrative{Portfolio: "core", Period: "2026-Q3", Section: kpi.SectionHappened, Revision: 1, Author: "m.okafor", Numbers: map[string]string{}}
	second, err := b.store.SaveNarrative(b.Context(), back)
	equal(b, "give the section back", err, nil)
	stale := n
	stale.Revision, stale.Text = 1, "I had not read that"
	stands, err = b.store.SaveNarrative(b.Context(), stale)
	equal(b, "an edit of an old revision is refused", errors.Is(err, kpi.ErrStale), true)
	equal(b, "and what stands is handed back", stands, second)
	list, err := b.store.Narratives(b.Context(), "core", "2026-Q3")
	equal(b, "list", err, nil)
	equal(b, "every revision", list, []kpi.Narrative{want, second})
}
