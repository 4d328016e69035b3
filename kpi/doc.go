// Package kpi is the domain: periods, definitions, observations, targets,
// statistics and verdicts. It uses the standard library only, does no I/O and
// reads no clock: time is an argument, so recomputing is deterministic.
//
// Start with Observation (a number and its story), Target (what was promised)
// and Judge (the verdict with its one sentence).
package kpi
