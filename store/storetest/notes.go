package storetest

import (
	"errors"
	"sync"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

func said(id int64, revision int, text, author string, at kpi.Millis, links ...string) kpi.Said {
	return kpi.Said{ID: id, Revision: revision, Portfolio: "core", KPI: "activation_rate", Text: text, Links: append([]string{}, links...), Author: author, RecordedAt: at}
}

func (b *bench) note(n kpi.Note) kpi.Note {
	b.Helper()
	stands, err := b.store.SaveNote(b.Context(), n)
	if err != nil {
		b.Fatal(err)
	}
	return stands
}

// notes: what was said stays, what stands is the newest revision, and nobody
// writes over what he has not read.
func notes(b *bench) {
	t1, t2, t3 := noon(time.September, 14), noon(time.September, 15), noon(time.September, 16)
	before := must(b, b.store.Version)
	data := must(b, b.store.DataVersion)
	equal(b, "without notes the version is that of the data", before, data)

	b.now = t1
	day := kpi.Date{Year: 2026, Month: time.September, Day: 1}
	hostile := "</script><b>bold</b> \u202etxet\u202c 🎉 'quoted' \\ line\nnext"
	first := kpi.Note{Said: said(0, 0, hostile, "m.okafor", 0, "https://www.figma.com/file/1?a=b&c=\"d\""), At: day}
	kept := b.note(first)
	want := kpi.Note{Said: said(1, 1, hostile, "m.okafor", t1, first.Links...), At: day}
	equal(b, "a new note", kept, want)
	equal(b, "the same form sent twice", b.note(first), want)
	equal(b, "version after one note", must(b, b.store.Version), data+".1")
	equal(b, "data version after one note", must(b, b.store.DataVersion), data)

	b.now = t2
	other := first
	other.Author = "p.nair"
	equal(b, "the same words of somebody else are a note of his", b.note(other).ID, int64(2))
	edit := kpi.Note{Said: said(1, 1, "Roles shipped", "p.nair", 0), At: day}
	second := kpi.Note{Said: said(1, 2, "Roles shipped", "p.nair", t2), At: day, Earlier: []kpi.Note{want}}
	equal(b, "an edit", b.note(edit), second)
	equal(b, "the same edit sent twice", b.note(edit), second)

	stale := kpi.Note{Said: said(1, 1, "I had not read that", "m.okafor", 0), At: day}
	got, err := b.store.SaveNote(b.Context(), stale)
	equal(b, "an edit of an old revision is refused", errors.Is(err, kpi.ErrStale), true)
	equal(b, "and what stands is handed back", got, second)

	b.now = t3
	withdrawn := kpi.Note{Said: said(1, 2, "", "p.nair", 0), At: day, Withdrawn: true}
	gone := b.note(withdrawn)
	one := second
	one.Earlier = nil
	equal(b, "a withdrawn note keeps all that was said", gone, kpi.Note{Said: said(1, 3, "", "p.nair", t3), At: day, Withdrawn: true, Earlier: []kpi.Note{want, one}})
	all, err := b.store.Notes(b.Context(), "core")
	equal(b, "reading", err, nil)
	equal(b, "notes as they stand", []int64{all[0].ID, all[1].ID}, []int64{1, 2})
	equal(b, "the note that was read is the one that was kept", all[0], gone)
	equal(b, "version counts revisions", must(b, b.store.Version), data+".4")

	elsewhere := edit
	elsewhere.Portfolio = "growth"
	_, err = b.store.SaveNote(b.Context(), elsewhere)
	equal(b, "a note of another portfolio", errors.Is(err, kpi.ErrNoNote), true)
	none, err := b.store.Notes(b.Context(), "growth")
	equal(b, "notes of another portfolio", len(none), 0)
	equal(b, "reading none", err, nil)
	b.promises(day)
	b.racing()
}

// promises: actions are kept as notes are.
func (b *bench) promises(due kpi.Date) {
	t1, t2 := b.now+1, b.now+2
	b.now = t1
	promise := kpi.Action{Said: said(0, 0, "Call ten accounts", "p.nair", 0), Due: due, Owner: "m.okafor", State: kpi.ActionOpen}
	open, err := b.store.SaveAction(b.Context(), promise)
	equal(b, "keeping an action", err, nil)
	want := kpi.Action{Said: said(1, 1, "Call ten accounts", "p.nair", t1), Due: due, Owner: "m.okafor", State: kpi.ActionOpen}
	equal(b, "a new action", open, want)
	b.now = t2
	done := open
	done.State, done.Author = kpi.ActionDone, "m.okafor"
	stands, err := b.store.SaveAction(b.Context(), done)
	equal(b, "closing an action", err, nil)
	closed := kpi.Action{Said: said(1, 2, "Call ten accounts", "m.okafor", t2), Due: due, Owner: "m.okafor", State: kpi.ActionDone, Earlier: []kpi.Action{want}}
	equal(b, "an action that is done", stands, closed)
	late := open
	late.State = kpi.ActionDropped
	_, err = b.store.SaveAction(b.Context(), late)
	equal(b, "an old form is refused", errors.Is(err, kpi.ErrStale), true)
	all, err := b.store.Actions(b.Context(), "core")
	equal(b, "reading", err, nil)
	equal(b, "actions as they stand", all, []kpi.Action{closed})
	late.Revision, late.State = 2, "perhaps"
	if _, err := b.store.SaveAction(b.Context(), late); err == nil {
		b.Error("a state that does not exist was kept")
	}
}

// racing: of several who edit the same revision one wins, and the others are told.
func (b *bench) racing() {
	due := kpi.Date{Year: 2026, Month: time.October, Day: 1}
	base := b.note(kpi.Note{Said: said(0, 0, "base", "p.nair", 0), At: due})
	var group sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		group.Go(func() {
			n := base
			n.Text, n.Author = "edit "+string(rune('a'+i)), "m.okafor"
			_, errs[i] = b.store.SaveNote(b.Context(), n)
		})
	}
	group.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, kpi.ErrStale) {
			b.Error(err)
		}
	}
	equal(b, "editors who won", won, 1)
	cfg := b.config(Calendar())
	cfg.ReadOnly = true
	closed, err := store.Open(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = closed.Close() }()
	if _, err := closed.SaveNote(b.Context(), base); !errors.Is(err, store.ErrReadOnly) {
		b.Errorf("a read-only store keeps notes: %v", err)
	}
	read, err := closed.Notes(b.Context(), "core")
	equal(b, "a read-only store reads notes", err == nil && len(read) == 3, true)
}
