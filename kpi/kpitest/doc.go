// Package kpitest runs the small test language that stands beside every KPI
// definition (kpi.test): load facts, evaluate, compare. `kpid test` runs it.
//
// A file is a sequence of cases. A case begins with its settings and loads, and
// a setting after the first load or evaluation begins the next one:
//
//	zone Europe/Berlin
//	tree all > core > flows, forms        # nodes, then the products of the last
//	param window_ms 14d                   # of the KPI under test; a list: 1 2
//	fx EUR 2026-01-01 1.085
//
//	load account                          # then a table: header, rows; _ is null
//	  id  created_at
//	  A1  2026-02-02T09:00                # times without a zone are in the case's
//	then load product_event               # the same, in a later run
//	load incident from safety             # of another source; else of one called test
//
//	eval KPI[/measure] at PERIOD as of TIME [only]
//	  core/flows            1/2  50.0 %  ci 9.5..90.5  n 2  state final  excluded 1
//	  core                  none  "no accounts signed up"
//	  core plan=team        1/1    a segment; also: reason concentrated, trailing 12m
//	rows KPI[/measure] at PERIOD in SCOPE[ segment] as of TIME [only]
//	  A1  1/1
//	  A2  0/1  pending
//	  A3  -    excluded internal
//	judge "level >= 40 %" as of TIME      # of the KPI and period evaluated last
//	  core  not_enough_data  "n 2, needs 30"
//	expect not 66.7 %                     # no value of the last eval rounds to this
//
// Columns that a load leaves out take neutral values. Numbers are compared
// after rounding to the digits written; what a line does not say is not checked,
// and a word it cannot mean is a mistake. With only the list is complete: a
// scope with a number, or a unit, that has no line fails.
package kpitest
