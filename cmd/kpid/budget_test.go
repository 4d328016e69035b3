package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
)

func TestWithinBudget(t *testing.T) {
	broken := errors.New("its SQL gives too many rows")
	until := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		own    bool
		budget time.Duration
		work   func(context.Context) error
		says   string
		err    error
	}{
		{"it is there", t.Context(), false, time.Hour, func(context.Context) error { return nil }, "", nil},
		{"too slow", t.Context(), false, time.Nanosecond, until, "Not shown: working it out takes longer than 1ns here.", nil},
		{"the reader has gone", gone, false, time.Hour, until, "", context.Canceled},
		{"a user's SQL", t.Context(), true, time.Hour, func(context.Context) error { return broken }, "Not shown: its SQL gives too many rows.", nil},
		{"ours", t.Context(), false, time.Hour, func(context.Context) error { return broken }, "", broken},
	} {
		says, err := inBudget(c.ctx, &kpi.Definition{Own: c.own}, c.budget, c.work)
		if says != c.says || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", c.name, says, err)
		}
	}
}
