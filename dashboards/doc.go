// Package dashboards serves the pages, the API and the metrics. It knows the
// rest of kpid only through Reader and aggregates nothing: a page view reads a
// scorecard that was judged before.
//
// Where things are:
//
//	server.go       Config, New, the table of routes
//	harden.go       what holds for every answer: headers, host names, panics
//	errors.go       the one place where an error becomes an answer
//	render.go       templates, validators (ETag)
//	weekly*.go      the weekly page      pages/weekly
//	kpi*.go         the page of one KPI  pages/kpi
//	notes*.go       what people write    pages/notes
//	field.go        what stands beside a KPI: drivers, bridge, funnel and the like
//	sources.go      the sources          pages/sources
//	bets*.go        which bets moved their KPI   pages/bets
//	roadmap*.go     now, next, later, launches   pages/roadmap
//	firstrun.go     nothing set up yet   pages/firstrun
//	chartmodel.go   what a chart shows; chart.go makes the interactive chart of
//	                it, chartsvg.go the drawing for paper and no script
//	draw            the geometry of every drawing; sparkline.go, strip.go and
//	                betplot.go map rows and bets to it
//	api.go, export.go       JSON and CSV of the same answers
//	metrics.go, collector.go  Prometheus
//
// Pages hold no inline script and no style attribute, so a strict content
// policy covers them. Package dashtest is a Reader with invented numbers.
package dashboards
