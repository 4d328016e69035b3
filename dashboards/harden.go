package dashboards

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// contentPolicy lets pages use our own files and nothing else: no inline
// script, no inline style, no frame, no other host.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// maxBody is the largest request body any form here needs; records have a limit of their own.
const maxBody = 1 << 20

// hostSet is the set of accepted Host names, lower case and without port.
func hostSet(names []string) map[string]bool {
	if len(names) == 0 {
		names = []string{"localhost", "127.0.0.1", "::1"}
	}
	set := map[string]bool{}
	for _, n := range names {
		set[strings.ToLower(strings.Trim(n, "[]"))] = true
	}
	return set
}

// harden wraps the routes in what holds for every answer.
func (s *server) harden() http.Handler {
	var h http.Handler = http.HandlerFunc(s.dispatch)
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, machine(r), &pageError{Status: http.StatusForbidden,
			Title: "This request came from another site.", Detail: "Open the page here and try again."})
	}))
	h = guard.Handler(h)
	h = s.checkHost(h)
	return s.observe(s.headers(h))
}

// headers sets what every answer carries and bounds the body.
func (s *server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		limit := int64(maxBody)
		if strings.HasPrefix(r.URL.Path, "/api/v1/records/") {
			limit = maxRecords
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// checkHost refuses names that are not ours: a page of another site could
// otherwise reach a loopback server by a name that resolves to 127.0.0.1.
func (s *server) checkHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host
		if host, _, err := net.SplitHostPort(name); err == nil {
			name = host
		}
		if !s.hosts[strings.ToLower(strings.Trim(name, "[]"))] {
			// plain text: a page would tell the foreign name whose server this is
			http.Error(w, fmt.Sprintf("This server does not answer to host %q.\nOn a loopback address kpid answers to localhost, 127.0.0.1 and [::1]; a proxy before it must send one of them as Host.", cut(r.Host, 100)), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// dispatch routes a request. Paths and methods without a route get our own
// error answer instead of the mux's plain text.
func (s *server) dispatch(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	probe := &prober{header: http.Header{}}
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		allow := probe.header.Get("Allow")
		w.Header().Set("Allow", allow)
		s.fail(w, r, machine(r), &pageError{Status: probe.status,
			Title: "This page does not take " + cut(r.Method, 20) + ".", Detail: "Allowed here: " + allow + "."})
		return
	}
	s.fail(w, r, machine(r), notFound("There is no page at "+cut(r.URL.Path, 100)+"."))
}

// prober keeps the status and headers of the mux's own answer.
type prober struct {
	header http.Header
	status int
}

func (p *prober) Header() http.Header         { return p.header }
func (p *prober) Write(b []byte) (int, error) { return len(b), nil }
func (p *prober) WriteHeader(status int)      { p.status = status }

// machine says whether a caller expects JSON rather than a page.
func machine(r *http.Request) bool {
	for _, prefix := range []string{"/api/", "/metrics", "/healthz", "/readyz"} {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return true
		}
	}
	return false
}

// recorder knows what was answered.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observe gives the request an id, turns a panic into an error page, counts and
// logs. The path is logged without its query.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		started := time.Now()
		w := &recorder{ResponseWriter: out}
		id := requestID()
		w.Header().Set("X-Request-Id", id)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.log.Error("panic", "request", id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if w.status == 0 {
					s.fail(w, r, machine(r), fmt.Errorf("panic: %v", p))
				}
			}
			_, pattern := s.mux.Handler(r)
			took := time.Since(started)
			s.meter.request(pattern, r.Method, w.status, took)
			s.log.Info("request", "request", id, "method", cut(r.Method, 20), "path", cut(r.URL.Path, 200),
				"status", w.status, "took", took)
		}()
		next.ServeHTTP(w, r)
	})
}

// requestID is the reference an error page shows and the log carries.
func requestID() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails: it would crash the program instead
	return hex.EncodeToString(b[:])
}

// cut shortens foreign text before it is shown or logged.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
