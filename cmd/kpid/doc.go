// Kpid tells a director every Monday how the portfolio stands against the
// scorecard the role is judged on. This is the guided tour of its code, from the
// bottom up; it takes five minutes.
//
// # The domain
//
// Package [github.com/kpid/kpid/kpi] is the specification: what a period, a
// definition, an observation, a target and a verdict are, and the arithmetic on
// them. It uses the standard library only, does no I/O and reads no clock. Read
// kpi/observation.go (a number and its story), kpi/target.go and kpi/judge.go
// (the verdict, with its one sentence); then kpi/xmr.go (signal or noise),
// kpi/health.go (how a portfolio stands) and kpi/forecast.go.
//
// [github.com/kpid/kpid/kpi/fact] is the table of canonical facts. The schema,
// the mapping of vendor records and the test language all follow it.
//
// [github.com/kpid/kpid/kpi/catalog] reads KPI folders. Open one, such as
// kpi/catalog/defs/outcome/activation_rate: kpi.toml says what the number is,
// kpi.sql returns one row for each counted unit, kpi.test says what must come
// out, README.md explains it. Adding a KPI is adding a folder.
//
// [github.com/kpid/kpid/kpi/engine] turns that SQL into observations: it supplies
// the relations period, member and fx, runs the query once for any number of
// periods and scopes, and computes only the cells that new records, or the time
// since, have reached.
//
// [github.com/kpid/kpid/kpi/scorecard] makes the page of a week from verdicts.
// Pages, API, metrics and the terminal all show what its Build returns.
//
// [github.com/kpid/kpid/kpi/kpitest] runs the kpi.test files, for the suite and
// for kpid test.
//
// # Bringing records in
//
// Package [github.com/kpid/kpid/ingest] holds the contract between sources and
// the store, and the runner. [github.com/kpid/kpid/ingest/manifest] parses the
// TOML file that says which columns become which facts,
// [github.com/kpid/kpid/ingest/mapping] applies it with strict parsers, and
// [github.com/kpid/kpid/ingest/filesrc] reads CSV and NDJSON. A bad record is put
// aside with its place and reason; the rest goes on.
//
// # Keeping everything
//
// Package [github.com/kpid/kpid/store] is sqlx over SQLite and PostgreSQL, with
// one schema for both. A page of records, what is derived from it, the marks on
// the work list and the cursor are one transaction. Observations and verdicts are
// append-only, and the database refuses anything else.
// [github.com/kpid/kpid/store/storetest] is the suite both databases must pass.
//
// # Showing it
//
// Package [github.com/kpid/kpid/dashboards] serves pages, API and /metrics from
// the Reader interface it declares; server.go has the table of every route,
// chart.go is the only file that knows the chart library. What it gathers of a
// quarter is a pack of [github.com/kpid/kpid/report]: the page, the freeze and the
// files are made from that.
//
// # Telling people
//
// Package [github.com/kpid/kpid/deliver] decides what a reader is told, by comparing
// what is with what was told last, and writes it for Slack, Teams, e-mail and
// webhooks; [github.com/kpid/kpid/deliver/send] sends it, and writes pages to
// Confluence and Notion. Both are pure of the store: herald.go in this package keeps
// the outbox between them.
//
// # Wiring
//
// This package, main, is the only one that knows all the others. app.go wires
// them top to bottom, reader.go answers the pages from the store, schedule.go
// decides what is due, and each subcommand has its file.
// [github.com/kpid/kpid/internal/config] reads config.toml,
// [github.com/kpid/kpid/internal/gitlabpi] indicators that others publish, and
// [github.com/kpid/kpid/sample] writes the exports of the sample company.
//
// Which package may import which is a test: internal/importtest.
package main
