package httpsrc

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"github.com/kpid/kpid/ingest/manifest"
)

// Door asks an API that is no list of records, with all that keeps the requests of a
// manifest safe: one host, no private addresses unless meant, limits, pace, waits and
// tries. It is for one user at a time.
type Door struct{ s *source }

// DoorConfig of a Door.
type DoorConfig struct {
	Source       string
	HTTP         manifest.HTTP
	Secrets      map[string]string
	AllowPrivate bool
	Limits       Limits
	Clock        Clock      // of waits; nil: the machine's
	Random       *rand.Rand // of jitter; nil: seeded by the machine
	// Base and TokenURL replace those of HTTP, for tests.
	Base, TokenURL string
}

// NewDoor gives a door to one host. Nothing is asked yet.
func NewDoor(cfg DoorConfig) (*Door, error) {
	cfg.Limits.defaults()
	s := &source{
		cfg:      Config{Source: cfg.Source, Secrets: cfg.Secrets, AllowPrivate: cfg.AllowPrivate, Limits: cfg.Limits, Base: cfg.Base, TokenURL: cfg.TokenURL},
		manifest: &manifest.Manifest{HTTP: &cfg.HTTP}, clock: cfg.Clock, random: cfg.Random,
	}
	if err := s.settle(); err != nil {
		return nil, err
	}
	return &Door{s}, nil
}

// Call is one request, without what signs it.
type Call struct {
	Method, Path string
	Query        url.Values
	Headers      map[string]string
	Body         map[string]any // sent as JSON; nil: none
}

// Answer is a whole reply with a status of 2xx.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // JSON
}

// Ask makes a request until it is answered. build is called for each try: what it asks
// for may run out. Its errors may repeat what the vendor said: see Scrub.
func (d *Door) Ask(ctx context.Context, build func() Call) (Answer, error) {
	s := d.s
	s.began = s.clock.Now()
	s.ends = s.began.Add(s.cfg.Limits.Run)
	r, err := s.ask(ctx, func() call {
		c := build()
		if token, ok := strings.CutPrefix(c.Headers["Authorization"], "Bearer "); ok {
			s.token.text = token // the vendor may repeat it
		}
		at := *s.base.JoinPath(c.Path)
		at.RawQuery = c.Query.Encode()
		return call{method: c.Method, url: at, headers: c.Headers, body: c.Body, errors: s.manifest.HTTP.Errors, decode: []string{"json"}}
	})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Status: r.status, Header: r.head, Body: r.body}, nil
}

// Clock is that of waits.
func (d *Door) Clock() Clock { return d.s.clock }

// Scrub takes the secrets, and the token they were exchanged for, out of a text.
func (d *Door) Scrub(text string) string { return d.s.scrub(text) }

// Close lets go of idle connections.
func (d *Door) Close() { d.s.http.CloseIdleConnections() }
