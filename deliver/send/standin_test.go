package send_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/deliver/delivertest"
	"github.com/kpid/kpid/deliver/send"
	"github.com/kpid/kpid/internal/spectest"
	"github.com/kpid/kpid/kpi"
)

// standIn receives what is sent and holds it against a description.
type standIn struct {
	*httptest.Server
	mu     sync.Mutex
	bodies map[string][][]byte // by path
	heads  map[string]http.Header
}

// receive starts a stand-in that answers as answer says, given the path and the body.
func receive(t *testing.T, spec *spectest.Spec, answer func(r *http.Request, body []byte) (status int, kind, text string)) *standIn {
	t.Helper()
	s := &standIn{bodies: map[string][][]byte{}, heads: map[string]http.Header{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var known *spectest.Request
		if spec != nil && r.URL.Path != "/upload" { // where the bytes go is no part of the API
			held := r.Clone(r.Context())
			held.Body = io.NopCloser(bytes.NewReader(body))
			known = spec.Request(t, held)
		}
		s.mu.Lock()
		s.bodies[r.URL.Path] = append(s.bodies[r.URL.Path], body)
		s.heads[r.URL.Path] = r.Header.Clone()
		s.mu.Unlock()
		status, kind, text := answer(r, body)
		w.Header().Set("Content-Type", kind)
		known.Reply(t, status, w.Header(), text)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(s.Close)
	return s
}

// inside lets a sender reach a stand-in.
func inside() send.HTTP { return send.HTTP{AllowPrivate: true, Table: "[[notify]] monday"} }

// letters are the messages every channel is asked to carry.
func letters() map[string]deliver.Message {
	red, was := delivertest.Many(300, kpi.OffTrack), deliver.Take(delivertest.Many(300, kpi.OnTrack), 0, nil)
	digest := red.Digest(delivertest.Reader(), deliver.Compare(red, was, deliver.Take(red, 0, nil)), delivertest.Now())
	digest.Charts = []deliver.Chart{{KPI: "kpi_000", Alt: "Indicator by week", PNG: []byte("\x89PNG\r\n\x1a\nabc")}}
	return map[string]deliver.Message{
		"digest":  digest,
		"hostile": delivertest.Hostile().Digest(delivertest.Reader(), nil, delivertest.Now()),
		"steady":  delivertest.Many(3, kpi.OnTrack).Still(delivertest.Reader(), "2026-Q3", 0, delivertest.Now()),
	}
}
