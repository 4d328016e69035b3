package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/spf13/cobra"
)

func serveCommand(o *options) *cobra.Command {
	var listen string
	var readOnly, gallery bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Ingest on schedule; serve pages, API and /metrics",
		Long: `Run every source when it is due, compute what its records reach, and serve the
pages, the API and /metrics. An interrupt lets requests finish and ends in order;
a kill loses nothing that was stored.`,
		Example: "  kpid serve\n  kpid serve --listen 127.0.0.1:9000",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if gallery {
				return serveGallery(cmd.Context(), o.term.err, cmp.Or(listen, "127.0.0.1:8080"))
			}
			return o.with(cmd.Context(), readOnly, func(a *app) error {
				if listen == "" {
					listen = a.cfg.Server.Listen
				}
				return a.serve(cmd.Context(), o.term.err, listen, readOnly)
			})
		},
	}
	c.Flags().StringVar(&listen, "listen", "", "address instead of [server] listen; port 0 takes a free one")
	c.Flags().BoolVar(&readOnly, "read-only", false, "serve what is stored: no ingest, nothing written")
	c.Flags().BoolVar(&gallery, "gallery", false, "serve every page in every state of an invented company: no configuration, no store")
	return c
}

func (a *app) serve(ctx context.Context, w io.Writer, listen string, readOnly bool) error {
	if err := loopback(listen); err != nil {
		return misuse(err)
	}
	log := slog.New(slog.NewTextHandler(w, nil))
	read := newReader(a)
	pages := dashboards.Config{Reader: read, Logger: log, Formats: formats(), PublicURL: a.cfg.Server.PublicURL}
	sched, warm := newScheduler(a, w, log), newWarmer(read.warm, log)
	teller := newHerald(a, read, log)
	sched.evaluated = func() { warm.evaluated(); teller.heard() }
	holds := &accepter{sched: sched, life: ctx, patience: answerWithin}
	if !readOnly {
		pages.Records, pages.Notes, pages.Entries, pages.Reviews, pages.Holds = &taker{app: a}, a.store, &enterer{app: a}, &reviewer{app: a}, holds
		if err := a.followConfig(ctx); err != nil {
			return err
		}
	}
	handler, err := dashboards.New(pages)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --listen or [server] listen", err)
	}
	if !readOnly {
		// the first time there is nothing to show yet, so it is brought in before
		// the address is printed; later the pages are there at once
		if err := errors.Join(sched.catchUp(ctx), a.settle(ctx)); err != nil {
			log.Error("catching up", "err", err)
		}
	}
	if a.cfg.Server.AsOf != 0 {
		fmt.Fprintf(w, "sample data: the clock stands at %s\n", a.cfg.Server.AsOf)
	}
	fmt.Fprintf(w, "kpid serves http://%s\n", l.Addr())
	var beside sync.WaitGroup
	if !readOnly {
		sched.w = lines{log}
		beside.Go(func() { sched.run(ctx) })
		beside.Go(func() { teller.run(ctx) })
	}
	warm.evaluated() // nothing is remembered yet
	beside.Go(func() { warm.run(ctx) })
	err = serveUntil(ctx, newServer(handler, log), l)
	beside.Wait()
	holds.wg.Wait()
	return err
}

// newServer bounds what a client may cost.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// serveUntil serves until the context ends, and lets requests finish then.
func serveUntil(ctx context.Context, srv *http.Server, l net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = srv.Shutdown(drain)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// loopback refuses every address others could reach. [auth] is read and
// checked, but nobody is signed in by this version, so it opens no door.
func loopback(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("listen %q: %w", listen, err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("listen %q can be reached by others, and this version signs nobody in; use a loopback address such as 127.0.0.1:8080 and put a proxy with a login before it", listen)
}
