package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/deliver/send"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/store"
	"github.com/spf13/cobra"
)

// publishing is what the command was asked for.
type publishing struct {
	to, portfolio      string
	dry, force, asJSON bool
}

func publishCommand(o *options) *cobra.Command {
	var p publishing
	c := &cobra.Command{
		Use:   "publish qbr PERIOD",
		Short: "Write the review of a quarter to Confluence or Notion",
		Long: `Write the review of a quarter as a page of a [[publish]]: it is created the first
time, and the same page is written again afterwards. A page that says the same
already is left as it is. What people edit in it is lost the next time; a page of
the same title that kpid did not write is never touched.`,
		Example: "  kpid publish qbr 2026-Q2 --to wiki --portfolio core\n  kpid publish qbr 2026-Q2 --to notion --dry-run",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != "qbr" {
				return misuse(fmt.Errorf("there is nothing called %q to publish; there is qbr", args[0]))
			}
			return o.publish(cmd.Context(), args[1], p)
		},
	}
	c.Flags().StringVar(&p.to, "to", "", "id of a [[publish]], or confluence or notion where there is one of that kind; left out: the only one")
	c.Flags().StringVar(&p.portfolio, "portfolio", "", "one node of the tree; left out: every one with a scorecard, a page each")
	c.Flags().BoolVar(&p.dry, "dry-run", false, "print the pages and write nothing")
	c.Flags().BoolVar(&p.force, "force", false, "write a page that says the same already, too")
	c.Flags().BoolVar(&p.asJSON, "json", false, "print what became of each page as JSON")
	return c
}

// publishedPage is what became of a page.
type publishedPage struct {
	Page  string `json:"page"`
	Title string `json:"title"`
	State string `json:"state"` // created, updated or unchanged
	URL   string `json:"url"`
	keep  store.Published
}

// publish reads beside a kpid serve that runs; where that holds the store, what was
// written is not remembered by its id and is found by its title the next time.
func (o *options) publish(ctx context.Context, period string, p publishing) error {
	var done []publishedPage
	err := o.with(ctx, true, func(a *app) (err error) {
		done, err = a.publishReviews(ctx, o.term.out, period, p)
		return err
	})
	if kept := o.keepPublished(ctx, done); kept != nil {
		fmt.Fprintf(o.term.err, "The page is not remembered by its id and is found by its title the next time: %v\n", kept)
	}
	if p.dry {
		return err
	}
	if p.asJSON {
		return errors.Join(err, printJSON(o.term.out, append([]publishedPage{}, done...)))
	}
	for _, d := range done {
		fmt.Fprintln(o.term.out, strings.TrimSpace(d.Title+" is "+d.State+". "+d.URL))
	}
	return err
}

func (o *options) keepPublished(ctx context.Context, done []publishedPage) error {
	done = slices.DeleteFunc(slices.Clone(done), func(d publishedPage) bool { return d.State == "unchanged" })
	if len(done) == 0 {
		return nil
	}
	return o.with(ctx, false, func(a *app) error {
		for _, d := range done {
			if err := a.store.SavePublished(ctx, d.keep); err != nil {
				return err
			}
		}
		return nil
	})
}

// publishReviews writes a page for each portfolio; those that were written are given
// beside an error.
func (a *app) publishReviews(ctx context.Context, w io.Writer, period string, p publishing) ([]publishedPage, error) {
	target, err := a.target(p.to)
	if err != nil {
		return nil, err
	}
	quarter, portfolios, err := a.toReview(period, p.portfolio)
	if err != nil {
		return nil, err
	}
	r := newReader(a)
	var out []publishedPage
	for _, portfolio := range portfolios {
		pack, err := dashboards.NewPack(ctx, r, portfolio, quarter)
		if err != nil {
			return out, err
		}
		doc := pageOf(pack.Document(false, a.cfg.Server.PublicURL), a.foot())
		if p.dry {
			if err := printPage(w, target.Kind, doc); err != nil {
				return out, err
			}
			continue
		}
		d, err := a.publishOne(ctx, target, "qbr/"+portfolio+"/"+quarter.ID, doc, p.force)
		if err != nil {
			return out, fmt.Errorf("%s: %w", doc.Title, err)
		}
		out = append(out, d)
	}
	return out, nil
}

// foot says when a page was written, and what not to do with it.
func (a *app) foot() string {
	at := a.now().Time()
	if a.cal.Zone != nil {
		at = at.In(a.cal.Zone)
	}
	return "on " + at.Format("Mon 2 Jan 2006, 15:04 MST") + ". What is edited here is lost the next time."
}

// target finds the [[publish]] that is meant.
func (a *app) target(to string) (config.Publish, error) {
	var ids []string
	var found []config.Publish
	for _, p := range a.cfg.Publish {
		ids = append(ids, p.ID)
		if p.ID == to {
			return p, nil
		}
		if to == "" || p.Kind == to {
			found = append(found, p)
		}
	}
	switch {
	case len(ids) == 0:
		return config.Publish{}, misuse(errors.New("there is no [[publish]]; docs/notify.md shows one"))
	case len(found) != 1:
		return config.Publish{}, misuse(fmt.Errorf("--to %q names no [[publish]]; there are %s", to, strings.Join(ids, ", ")))
	}
	return found[0], nil
}

// publishOne writes a document to where it was written before, if it says anything new.
func (a *app) publishOne(ctx context.Context, target config.Publish, page string, doc deliver.Document, force bool) (publishedPage, error) {
	out := publishedPage{Page: page, Title: doc.Title, State: "unchanged"}
	was, ok, err := a.store.Published(ctx, target.ID, page)
	if err != nil {
		return out, err
	}
	out.URL = was.URL
	if ok && was.Hash == doc.Hash() && !force {
		return out, nil
	}
	publisher, err := a.publisher(target)
	if err != nil {
		return out, fmt.Errorf("[[publish]] %s: %w", target.ID, err)
	}
	done, err := publisher.Publish(ctx, send.Page{Document: doc, RemoteID: was.RemoteID})
	if err != nil {
		return out, err
	}
	out.State, out.URL = "updated", done.URL
	if done.Created {
		out.State = "created"
	}
	out.keep = store.Published{Target: target.ID, Page: page, RemoteID: done.RemoteID, URL: done.URL, Hash: doc.Hash(), RecordedAt: a.now()}
	return out, nil
}

func (a *app) publisher(p config.Publish) (send.Publisher, error) {
	token, err := p.Token.Reveal(a.cfg.Dir)
	if err != nil {
		return nil, err
	}
	web := send.HTTP{AllowPrivate: p.AllowPrivate, Table: "[[publish]] " + p.ID}
	if p.Kind == "confluence" {
		return send.Confluence{HTTP: web, Site: p.URL, User: p.User, Token: token, Space: p.Space, Parent: p.Parent, Wait: waitFor}, nil
	}
	return send.Notion{HTTP: web, Token: token, Parent: p.Parent, Base: p.URL, Wait: waitFor}, nil
}

// printPage prints a page as the other side would get it.
func printPage(w io.Writer, kind string, doc deliver.Document) error {
	fmt.Fprintf(w, "# %s\n", doc.Title)
	if kind == "confluence" {
		fmt.Fprintln(w, deliver.Storage(doc))
		return nil
	}
	b, err := json.MarshalIndent(deliver.NotionBlocks(doc), "", "  ")
	fmt.Fprintln(w, string(b))
	return err
}
