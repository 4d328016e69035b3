package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
	"github.com/spf13/cobra"
)

func notifyCommand(o *options) *cobra.Command {
	var dry, now, asJSON bool
	c := &cobra.Command{
		Use:   "notify [ID]",
		Short: "Send the digests and alerts that are due, or show them",
		Long: `Send what is due to the readers of [[notify]]: the weekly digest at its time, an
alert when something changed, one note a quarter when nothing did. kpid serve does
the same once a minute. With --now the digest is sent whether it is due or not, and
the one that is due comes all the same.

--dry-run prints each message as its channel would get it and sends nothing; an
e-mail is printed as text. It reads only, so it runs beside kpid serve.`,
		Example: "  kpid notify --dry-run --now\n  kpid notify monday --now\n  kpid notify --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd.Context(), dry, func(a *app) error {
				id := ""
				if len(args) == 1 {
					id = args[0]
				}
				if err := a.notified(id); err != nil {
					return err
				}
				h := newHerald(a, newReader(a), slog.New(slog.DiscardHandler))
				if dry {
					return h.show(cmd.Context(), o.term.out, id, now, asJSON)
				}
				return h.tell(cmd.Context(), o.term.out, id, now, asJSON)
			})
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "print the messages and send nothing")
	c.Flags().BoolVar(&now, "now", false, "the digest as it stands, whether it is due or not")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON: of a dry run the messages, else what became of each")
	return c
}

// notified checks the id of a [[notify]]; "" is every one.
func (a *app) notified(id string) error {
	var ids []string
	for _, n := range a.cfg.Notify {
		ids = append(ids, n.ID)
	}
	switch {
	case len(ids) == 0:
		return misuse(errors.New("there is no [[notify]]; docs/notify.md shows one"))
	case id != "" && !slices.Contains(ids, id):
		return misuse(fmt.Errorf("there is no [[notify]] %q; there are %s", id, strings.Join(ids, ", ")))
	}
	return nil
}

// due is what is decided, or with now the digest of every reader.
func (h *herald) due(ctx context.Context, id string, now bool) ([]decided, error) {
	all, err := h.decide(ctx, id)
	if err != nil || !now {
		return all, err
	}
	at := h.app.now()
	for i, d := range all {
		f, err := h.facts(ctx, d.portfolio)
		if err != nil {
			return nil, err
		}
		m := f.Digest(d.reader, nil, at)
		m.ID = deliver.ID(deliver.Weekly, d.portfolio, f.Card.Week+" by hand "+h.by, d.reader.ID) // beside the one that is due
		h.draw(ctx, &m)
		all[i].messages = []deliver.Message{m}
	}
	return all, nil
}

// outcome is what became of a letter.
type outcome struct {
	ID        string `json:"id"`
	Notify    string `json:"notify"`
	Recipient string `json:"recipient"`
	Portfolio string `json:"portfolio"`
	State     string `json:"state"`
	Error     string `json:"error"`
}

// tell queues what is due, sends what waits and says what became of it.
func (h *herald) tell(ctx context.Context, w io.Writer, id string, now, asJSON bool) error {
	all, err := h.due(ctx, id, now)
	if err != nil {
		return err
	}
	for _, d := range all {
		letters, err := d.letters()
		if err == nil && now {
			_, err = h.app.store.Queue(ctx, nil, h.wall(), letters...)
		} else if err == nil {
			_, err = h.keep(ctx, d)
		}
		if err != nil {
			return err
		}
	}
	began := h.wall()
	if err := h.send(ctx); err != nil {
		return err
	}
	return h.report(ctx, w, began, asJSON)
}

// report says what became of the letters that were sent since an instant, and of those
// that still wait.
func (h *herald) report(ctx context.Context, w io.Writer, began kpi.Millis, asJSON bool) error {
	letters, err := h.app.store.Letters(ctx, 1000)
	if err != nil {
		return err
	}
	out, failed := []outcome{}, 0
	for _, l := range letters {
		if l.Attempts == 0 || l.SentAt != nil && *l.SentAt < began || l.State == store.GivenUp && l.NextAt < began {
			continue
		}
		out = append(out, outcome{l.ID, l.Notify, l.Recipient, l.Portfolio, l.State, l.LastError})
		if l.State != store.Sent {
			failed++
		}
		if asJSON {
			continue
		}
		became := map[string]string{store.Queued: "waits", store.Failed: "did not arrive", store.Sent: "was sent", store.GivenUp: "was given up"}
		fmt.Fprintf(w, "%s: %s of %s %s", l.Notify, l.ID, l.Portfolio, became[l.State])
		if l.LastError != "" {
			fmt.Fprintf(w, ": %s", l.LastError)
		}
		fmt.Fprintln(w)
	}
	if asJSON {
		if err := printJSON(w, out); err != nil {
			return err
		}
	} else if len(out) == 0 {
		fmt.Fprintln(w, "Nothing is due.")
	}
	if failed > 0 {
		return &failure{status: exitFailed, err: fmt.Errorf("%d of %d messages did not arrive; kpid serve tries them again for 24 hours", failed, len(out))}
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
