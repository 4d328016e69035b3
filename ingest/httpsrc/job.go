package httpsrc

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/tidwall/gjson"
)

// job runs an export to its end, so that the requests after it can read it. total is
// the number of its records; -1: it does not say.
func (g *pager) job(ctx context.Context) (total float64, err error) {
	st, j := g.st, g.st.def.Request.Job
	created, err := st.ask(ctx, func() call {
		c := g.plainCall(http.MethodPost, j.Create)
		c.body, _ = g.env.value(j.Body).(map[string]any)
		return c
	})
	if err != nil {
		return -1, err
	}
	g.env.job = map[string]string{"id": gjson.GetBytes(created.body, j.ID).String()}
	if g.env.job["id"] == "" {
		return -1, &refused{fmt.Sprintf("the job that was begun has no %s", j.ID)}
	}
	for {
		if err := st.clock.Sleep(ctx, j.Every); err != nil {
			return -1, err
		}
		if st.clock.Now().After(st.ends) {
			return -1, &refused{"the job did not end within the time of a run"}
		}
		r, err := st.ask(ctx, func() call { return g.plainCall(http.MethodGet, j.Poll) })
		if err != nil {
			return -1, err
		}
		switch status := gjson.GetBytes(r.body, j.Status).String(); {
		case slices.Contains(j.Failed, status):
			return -1, &refused{fmt.Sprintf("the job ended as %q: %s", status, st.jobText(r.body))}
		case slices.Contains(j.Done, status):
			return g.finished(r)
		}
	}
}

// finished notes what the job made.
func (g *pager) finished(r *reply) (total float64, err error) {
	j := g.st.def.Request.Job
	if j.File != "" {
		if g.env.job["file"] = gjson.GetBytes(r.body, j.File).String(); g.env.job["file"] == "" {
			return -1, &refused{fmt.Sprintf("the job is done and names no file at %s", j.File)}
		}
	}
	if v := gjson.GetBytes(r.body, j.Total); j.Total != "" && v.Exists() {
		return v.Float(), nil
	}
	return -1, nil
}

// jobText is the vendor's reason.
func (st *stream) jobText(body []byte) string {
	if text := gjson.GetBytes(body, st.def.Request.Job.Message).String(); text != "" {
		return cut(st.scrub(text), 300)
	}
	return "no reason given"
}

// drop takes away a job that was read; one that stays does no harm and ends by itself.
func (g *pager) drop(ctx context.Context) {
	if j := g.st.def.Request.Job; j != nil && j.Delete != "" {
		_, _ = g.st.try(ctx, g.plainCall(http.MethodDelete, j.Delete))
	}
}

// plainCall is a request beside those that read records.
func (g *pager) plainCall(method, path string) call {
	st := g.st
	at := *st.base
	at = *at.JoinPath(g.escaped(path))
	return call{method: method, url: at, headers: map[string]string{}, rate: st.def.Request.Rate, errors: st.manifest.HTTP.Errors, decode: []string{"json"}}
}
