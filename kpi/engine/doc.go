// Package engine computes observations: it supplies a KPI's SQL with the
// relations period, member and fx, runs it once for any number of periods and
// scopes, and turns the units it returns into numbers with their intervals and
// their state. Only the cells on the work list are computed.
//
// It knows no database: it asks the Store interface below. Statistics are in
// package kpi; nothing here reads a clock.
package engine
