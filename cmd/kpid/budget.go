package main

import (
	"context"
	"errors"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
)

// pageBudget is how long a part of a page that reads facts may take; the rest of the
// page does not wait for longer.
const pageBudget = 8 * time.Second

// inBudget runs what reads the facts of a KPI for a page. What takes too long, or what a
// user's SQL does not give within its limits, is said in place of the part; any other
// failure is one of the page.
func inBudget(ctx context.Context, d *kpi.Definition, budget time.Duration, work func(context.Context) error) (says string, err error) {
	bounded, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	err = work(bounded)
	var away *engine.AwayError
	switch {
	case err == nil || ctx.Err() != nil || errors.As(err, &away): // what stays elsewhere has its own words
		return "", err
	case errors.Is(bounded.Err(), context.DeadlineExceeded):
		return "Not shown: working it out takes longer than " + budget.String() + " here.", nil
	case d.Own:
		return "Not shown: " + err.Error() + ".", nil
	}
	return "", err
}
