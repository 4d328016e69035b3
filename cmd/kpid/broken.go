package main

import (
	"context"

	"github.com/kpid/kpid/ingest"
)

// broken is a source that could not be opened: its run fails with the reason.
type broken struct{ err error }

// Fetch fails.
func (b broken) Fetch(context.Context, ingest.State, func(context.Context, ingest.Page) error) (ingest.Summary, error) {
	return ingest.Summary{}, b.err
}
