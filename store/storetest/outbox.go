package storetest

import (
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// outbox: what is told is remembered with the letters that tell it, each is tried by
// one at a time, and what a process that died had taken is free for the next.
func outbox(b *bench) {
	at := b.now
	letter := func(id, notify string) store.Letter {
		return store.Letter{ID: id, Kind: "weekly", Notify: notify, Channel: "slack", Recipient: "r", Portfolio: "core", Period: "2026-W38", Body: `{"id":"` + id + `"}`}
	}
	told := store.Told{Notify: "monday", Recipient: "r", Portfolio: "core", Body: `{"said":1}`}
	equal(b, "nothing is told yet", b.told(), "")
	equal(b, "two letters", b.queue(told, at, letter("a", "monday"), letter("b", "monday")), 2)
	told.Body = `{"said":2}`
	equal(b, "one of them again", b.queue(told, at+1, letter("b", "monday"), letter("c", "mail")), 1)
	equal(b, "what is told", b.told(), `{"said":2}`)
	bad := letter("d", "monday")
	bad.Channel = "pigeon"
	told.Body = `{"said":3}`
	if _, err := b.store.Queue(b.Context(), &told, at, letter("e", "monday"), bad); err == nil {
		b.Error("a channel that does not exist was queued")
	}
	equal(b, "what is told after a failure", b.told(), `{"said":2}`)
	equal(b, "who waits", b.waiting(at+1), []string{"mail", "monday"})
	equal(b, "who waited before", b.waiting(at-1), nil)

	equal(b, "the oldest", b.claim("monday", "p1", at+1), "a 1")
	equal(b, "the next", b.claim("monday", "p1", at+1), "b 1")
	equal(b, "nothing is left for this process", b.claim("monday", "p1", at+1), "")
	equal(b, "the process died; the next takes what it had", b.claim("monday", "p2", at+1), "a 2")
	b.do(b.store.Sent(b.Context(), "a", at+2))
	b.do(b.store.Unsent(b.Context(), "b", store.Failed, at+100, "busy"))
	equal(b, "before its time", b.claim("monday", "p2", at+99), "")
	b.do(b.store.Postpone(b.Context(), "monday", at+200))
	equal(b, "all of a channel waits", b.claim("monday", "p2", at+199), "")
	equal(b, "and nothing of another", b.waiting(at+199), []string{"mail"})
	equal(b, "in its time", b.claim("monday", "p2", at+200), "b 2")
	b.do(b.store.Unsent(b.Context(), "b", store.GivenUp, at+300, "gone"))
	equal(b, "given up", b.claim("monday", "p2", at+1000), "")

	posts, err := b.store.Posts(b.Context())
	b.do(err)
	equal(b, "counts", posts, []store.Post{{Notify: "mail", Waiting: 1}, {Notify: "monday", Sent: 1, GivenUp: 1, LastSent: ptr(at + 2)}})
	letters, err := b.store.Letters(b.Context(), 2)
	b.do(err)
	equal(b, "the newest", []string{letters[0].ID, letters[1].ID, letters[1].State, letters[1].Body}, []string{"c", "a", store.Sent, ""})
	equal(b, "when it went", *letters[1].SentAt, at+2)
	b.do(b.store.Forget(b.Context(), at+1))
	b.want("SELECT id, state, last_error FROM outbox", "c|queued|")
	b.pages(at)
}

// pages that were written elsewhere.
func (b *bench) pages(at kpi.Millis) {
	_, ok, err := b.store.Published(b.Context(), "wiki", "qbr/core/2026-Q3")
	b.do(err)
	equal(b, "a page nobody wrote", ok, false)
	page := store.Published{Target: "wiki", Page: "qbr/core/2026-Q3", RemoteID: "1", URL: "https://example.com/1", Hash: "x", RecordedAt: at}
	b.do(b.store.SavePublished(b.Context(), page))
	page.RemoteID, page.RecordedAt = "2", at+1
	b.do(b.store.SavePublished(b.Context(), page))
	got, ok, err := b.store.Published(b.Context(), "wiki", "qbr/core/2026-Q3")
	b.do(err)
	equal(b, "the page as it was written last", got, page)
	equal(b, "is there", ok, true)
}

func (b *bench) do(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) told() string {
	b.Helper()
	body, err := b.store.Told(b.Context(), "monday", "r", "core")
	b.do(err)
	return body
}

func (b *bench) queue(told store.Told, at kpi.Millis, letters ...store.Letter) int {
	b.Helper()
	n, err := b.store.Queue(b.Context(), &told, at, letters...)
	b.do(err)
	return n
}

func (b *bench) waiting(at kpi.Millis) []string {
	b.Helper()
	out, err := b.store.Waiting(b.Context(), at)
	b.do(err)
	return out
}

// claim gives the id and the number of the try; "" when there is nothing.
func (b *bench) claim(notify, by string, at kpi.Millis) string {
	b.Helper()
	l, ok, err := b.store.Claim(b.Context(), notify, by, at)
	b.do(err)
	if !ok {
		return ""
	}
	return l.ID + " " + string(rune('0'+l.Attempts))
}
