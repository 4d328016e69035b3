package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/deliver/send"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

const (
	tryFor   = kpi.Millis(24 * 60 * 60 * 1000) // after that a letter is given up
	longest  = time.Hour                       // between two tries, unless the other side asks for more
	lastWord = 10 * time.Second                // for a letter on its way when kpid is told to end
)

// empty sends the letters of one [[notify]], one after another.
func (h *herald) empty(ctx context.Context, notify string) error {
	for n := 0; ; n++ {
		if n > 0 && !sleep(ctx, h.pause) {
			return nil
		}
		l, ok, err := h.app.store.Claim(ctx, notify, h.by, h.wall())
		if err != nil || !ok {
			return err
		}
		later, err := h.deliver(ctx, l)
		if err != nil {
			return err
		}
		if later > 0 { // for all of its letters, so that one that hangs is asked once in a round
			return h.app.store.Postpone(context.WithoutCancel(ctx), notify, h.wall()+min(later, tryFor))
		}
	}
}

// deliver tries a letter once and marks how that went. A kill between the two sends
// it once more, with the same id. It gives how long the other side is to be left alone: as
// it asks for, and a minute when it does not answer well.
func (h *herald) deliver(ctx context.Context, l store.Letter) (patience kpi.Millis, err error) {
	trying, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastWord, cancel) })
	defer stop()
	failure := h.try(trying, l)
	marking := context.WithoutCancel(ctx)
	if failure == nil {
		h.log.Info("told", "id", l.ID, "notify", l.Notify, "portfolio", l.Portfolio)
		return 0, h.app.store.Sent(marking, l.ID, h.wall())
	}
	state, next := after(l, failure, h.wall())
	h.log.Warn("not told", "id", l.ID, "notify", l.Notify, "portfolio", l.Portfolio, "tries", l.Attempts, "state", state, "err", failure.Text)
	wait := failure.After
	if !failure.Final {
		wait = max(wait, time.Minute)
	}
	return kpi.Millis(wait.Milliseconds()), h.app.store.Unsent(marking, l.ID, state, next, failure.Text)
}

// after is what becomes of a letter that did not arrive: the waits double from a
// minute to an hour. What another try does not mend is tried every hour, too: somebody
// may mend the configuration. A day after it was queued it is given up.
func after(l store.Letter, failure *send.Error, now kpi.Millis) (state string, next kpi.Millis) {
	end := l.CreatedAt + tryFor
	if now >= end {
		return store.GivenUp, now
	}
	wait := time.Minute << min(l.Attempts-1, 10)
	if failure.Final {
		wait = longest
	}
	wait = max(min(wait, longest), failure.After)
	return store.Failed, min(now+kpi.Millis(wait.Milliseconds()), end)
}

// try sends a letter.
func (h *herald) try(ctx context.Context, l store.Letter) *send.Error {
	fail := func(text string) *send.Error { return &send.Error{Text: text, Final: true} }
	i := slices.IndexFunc(h.app.cfg.Notify, func(n config.Notify) bool { return n.ID == l.Notify && n.Kind == l.Channel })
	if i < 0 {
		return fail("there is no [[notify]] " + l.Notify + " of this kind any more")
	}
	var m deliver.Message
	if err := json.Unmarshal([]byte(l.Body), &m); err != nil {
		return fail("the message cannot be read: " + err.Error())
	}
	s, err := h.sender(h.app.cfg.Notify[i], l.Recipient)
	if err != nil {
		return fail(err.Error())
	}
	err = s.Send(ctx, m)
	var known *send.Error
	if err == nil || errors.As(err, &known) {
		return known
	}
	return fail(err.Error())
}

// sender of a [[notify]] to a recipient. Secrets are read for each letter: they may
// have been changed.
func (h *herald) sender(n config.Notify, to string) (send.Sender, error) {
	cfg := h.app.cfg
	reveal := func(s config.Secret) (string, error) {
		if s.IsZero() {
			return "", nil
		}
		return s.Reveal(cfg.Dir)
	}
	url, err1 := reveal(n.URL)
	token, err2 := reveal(n.Token)
	key, err3 := reveal(n.Key)
	if err := cmp.Or(err1, err2, err3); err != nil {
		return nil, err
	}
	web := send.HTTP{AllowPrivate: n.AllowPrivate, Table: "[[notify]] " + n.ID, Now: func() time.Time { return h.wall().Time() }}
	switch {
	case n.Kind == "slack" && token != "":
		return send.SlackBot{HTTP: web, Token: token, Channel: n.Channel}, nil
	case n.Kind == "slack":
		return send.SlackHook{HTTP: web, URL: url}, nil
	case n.Kind == "teams":
		return send.Teams{HTTP: web, URL: url}, nil
	case n.Kind == "webhook":
		return send.Webhook{HTTP: web, URL: url, Key: key}, nil
	}
	m := cfg.Mail
	password, err := reveal(m.Password)
	if err != nil {
		return nil, err
	}
	if p, ok := cfg.Person(to); ok {
		to = p.Email
	}
	if to == "" {
		return nil, fmt.Errorf("[[notify]] %s names nobody with an address", n.ID)
	}
	return send.Mail{Host: m.Host, Port: m.Port, From: m.From, To: to, User: m.User, Password: password, Security: m.TLS,
		AllowPrivate: m.AllowPrivate, Now: func() time.Time { return h.wall().Time() }}, nil
}

// sleep waits; false when the context ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// waitFor is sleep for those who want an error.
func waitFor(ctx context.Context, d time.Duration) error {
	sleep(ctx, d)
	return ctx.Err()
}
