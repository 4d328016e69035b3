package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// stateCookie holds which state of the gallery a browser looks at.
const stateCookie = "gallery"

// newGallery serves every page in every state of an invented company. The state is
// chosen at /gallery/{state}; the pages' own addresses stay as they are.
func newGallery(log *slog.Logger) (http.Handler, error) {
	var states []dashboards.GalleryState
	for _, s := range dashtest.States() {
		states = append(states, dashboards.GalleryState{ID: s.ID, Says: s.Says})
	}
	in := map[string]http.Handler{}
	for _, s := range dashtest.States() {
		pages, err := dashboards.New(dashboards.Config{Reader: s.Reader, Logger: log, Gallery: states})
		if err != nil {
			return nil, err
		}
		in[s.ID] = pages
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if chosen, ok := strings.CutPrefix(r.URL.Path, "/gallery/"); ok && in[chosen] != nil {
			http.SetCookie(w, &http.Cookie{Name: stateCookie, Value: chosen, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		state := states[0].ID
		if c, err := r.Cookie(stateCookie); err == nil && in[c.Value] != nil {
			state = c.Value
		}
		if r.URL.Path == "/gallery" { // the list is there in every state
			state = states[0].ID
		}
		in[state].ServeHTTP(w, r)
	}), nil
}

// serveGallery needs neither configuration nor store.
func serveGallery(ctx context.Context, w io.Writer, listen string) error {
	if err := loopback(listen); err != nil {
		return misuse(err)
	}
	log := slog.New(slog.NewTextHandler(w, nil))
	handler, err := newGallery(log)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --listen", err)
	}
	fmt.Fprintf(w, "kpid serves http://%s/gallery\n", l.Addr())
	return serveUntil(ctx, newServer(handler, log), l)
}
