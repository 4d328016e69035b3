package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
)

// answerWithin is how long a person who accepted a run waits for its source to be read.
const answerWithin = 20 * time.Second

// acceptance is somebody's word that what a run missed is gone for good.
type acceptance struct {
	run int64
	by  string // the id of a person, or the account that ran the command
}

// accepter does what kpid ingest --accept does, for the page of a source.
type accepter struct {
	sched    *scheduler
	life     context.Context // of the server: somebody who closes the page stops nothing
	patience time.Duration
	wg       sync.WaitGroup
}

// Accept reads the source again and takes what is missing as gone. It answers when
// that is done, or after a while: a vendor may be slow.
func (c *accepter) Accept(ctx context.Context, id string, run int64, by dashboards.Person) error {
	if err := c.life.Err(); err != nil {
		return err
	}
	if !c.sched.take(id) {
		return dashboards.ErrReading
	}
	done := make(chan struct{})
	c.wg.Go(func() {
		defer close(done)
		c.sched.read(c.life, []string{id}, reading{accept: &acceptance{run: run, by: by.ID}})
	})
	wait := time.NewTimer(c.patience)
	defer wait.Stop()
	select {
	case <-done:
	case <-wait.C:
	case <-ctx.Done():
	}
	return nil
}

// signing is a sink whose runs say who accepted what; nil signs nothing.
func (a *acceptance) signing(sink ingest.Sink) ingest.Sink {
	if a == nil {
		return sink
	}
	return signedSink{sink, *a}
}

type signedSink struct {
	ingest.Sink
	word acceptance
}

// BeginRun opens a run that is signed at its end.
func (s signedSink) BeginRun(ctx context.Context, source string, asOf kpi.Millis) (ingest.Run, error) {
	run, err := s.Sink.BeginRun(ctx, source, asOf)
	if err != nil {
		return nil, err
	}
	return signedRun{run, s.word}, nil
}

type signedRun struct {
	ingest.Run
	word acceptance
}

// Finish says with the run what was taken as gone, and on whose word.
func (r signedRun) Finish(ctx context.Context, rep ingest.Report) error {
	signed := fmt.Sprintf("%d rows taken as gone: run %d was accepted by %s", rep.Counts.Gone, r.word.run, r.word.by)
	switch {
	case rep.Err != nil:
		rep.Err = fmt.Errorf("%w (%s)", rep.Err, signed)
	case rep.Summary.Message != "":
		rep.Summary.Message = signed + "; " + rep.Summary.Message
	default:
		rep.Summary.Message = signed
	}
	return r.Run.Finish(ctx, rep)
}
