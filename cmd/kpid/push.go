package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/pushsrc"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// shortestToken keeps a token from being guessed.
const shortestToken = 20

// pushed says that a source sends its records by itself.
func (s source) pushed() bool { return s.Connector == "push" }

// taker stores what sources send, one batch after another: there is one writer, and a
// source runs once at a time. The numbers follow with the scheduler's next tick.
type taker struct {
	app *app
	mu  sync.Mutex
}

// Take stores a batch whole or not at all.
func (t *taker) Take(ctx context.Context, token, name, key string, body []byte) (dashboards.Taken, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.app
	s, ok := a.sender(token)
	if !ok {
		return dashboards.Taken{}, dashboards.ErrToken
	}
	if facts := pushsrc.Facts(s.manifest); !slices.Contains(facts, name) {
		what := "is not among the facts that"
		if _, ok := fact.Find(name); !ok {
			what = "is no fact;"
		}
		return dashboards.Taken{}, &dashboards.Refused{Status: http.StatusNotFound, Text: fmt.Sprintf("%q %s source %q may send: %s.", name, what, s.ID, strings.Join(facts, ", "))}
	}
	batch, err := a.batch(s, name, key, body)
	if err != nil {
		return dashboards.Taken{}, err
	}
	out := dashboards.Taken{Source: s.ID, Records: batch.Records(), Ignored: append([]string{}, batch.Ignored()...), Rejections: []dashboards.RejectedField{}}
	cursors, err := a.store.Cursors(ctx, s.ID)
	if err != nil {
		return out, err
	}
	switch again, other := batch.Seen(cursors[name]); {
	case other:
		return out, &dashboards.Refused{Status: http.StatusUnprocessableEntity, Text: fmt.Sprintf("The Idempotency-Key %q came before with other records; nothing of these was stored. Give another batch another key.", key)}
	case again:
		out.Repeated = true
		return out, nil
	}
	return out, a.take(ctx, s, batch, &out)
}

// take runs the source of a batch and says what became of it.
func (a *app) take(ctx context.Context, s source, batch *pushsrc.Batch, out *dashboards.Taken) error {
	cfg := store.SinkConfig{Reach: a.engine.Reach(a.now()), Segments: a.rules(), Identity: a.identity}
	// a sender that hangs up does not undo what it sent
	ctx = context.WithoutCancel(ctx)
	r := ingest.RunSource(ctx, gated{a.store.Sink(cfg), &a.gate}, s.ID, batch, a.now(), nil)
	if r.Err != nil {
		return r.Err
	}
	c := r.Counts
	out.Run, out.New, out.Changed, out.Same, out.Older, out.Rejected = r.Run, c.New, c.Changed, c.Duplicates, c.Superseded, c.Rejected
	for _, j := range batch.Rejected()[:min(len(batch.Rejected()), 20)] {
		out.Rejections = append(out.Rejections, dashboards.RejectedField{Line: j.Line, Locator: j.Locator, Field: j.Field, Found: j.Found, Allowed: j.Allowed})
	}
	return a.match(ctx, cfg)
}

func (a *app) batch(s source, name, key string, body []byte) (*pushsrc.Batch, error) {
	secret, err := a.hashKey()
	if err != nil {
		return nil, err
	}
	return pushsrc.New(pushsrc.Config{
		Source: s.ID, Manifest: s.manifest, Fact: name, Key: key, Body: body, Config: a.mapping(s, secret),
	})
}

// sender is the source whose token it is. Every token is compared, in the same time
// whatever it holds.
func (a *app) sender(token string) (found source, ok bool) {
	given := sha256.Sum256([]byte(token))
	for _, s := range a.sources {
		secret, has := s.Secrets["token"]
		if !s.pushed() || !has {
			continue
		}
		text, err := secret.Reveal(a.cfg.Dir)
		if err != nil || len(text) < shortestToken {
			continue
		}
		if own := sha256.Sum256([]byte(text)); subtle.ConstantTimeCompare(own[:], given[:]) == 1 {
			found, ok = s, true
		}
	}
	return found, ok
}

// sendable refuses a push source that nobody could send to.
func (a *app) sendable(s source) error {
	secret, has := s.Secrets["token"]
	if !has {
		return fmt.Errorf("source %q: a source that pushes needs secrets = { token = \"env:NAME\" }, of at least %d characters", s.ID, shortestToken)
	}
	text, err := secret.Reveal(a.cfg.Dir)
	if err == nil && len(text) < shortestToken {
		return fmt.Errorf("source %q: its token has %d characters; at least %d are needed, such as openssl rand -hex 20 gives", s.ID, len(text), shortestToken)
	}
	return nil // one that is missing is warned of with the other secrets
}
