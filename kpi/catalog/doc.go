// Package catalog reads KPI folders: <area>/<kpi>/ with kpi.toml, kpi.sql,
// kpi.<measure>.sql for measures that differ, kpi.test and README.md. It holds
// the KPIs that come with kpid and reads those of a user with the same code.
//
// # kpi.toml
//
//	kpi        = 1                 version of this format
//	id         = "activation_rate" the folder's name
//	name       = "Activation rate"
//	short      = "Activation"      for a narrow column; left out: name
//	question   = "Of the accounts that signed up, how many ...?"
//	numerator  = "accounts that reached the milestone"   one plain phrase
//	basis      = "accounts that signed up"               one plain phrase
//	none       = "no accounts signed up"                 said when there is no value
//	types      = ["outcome"]       one or two; two count half in each
//	cadence    = "week"            the grain that is judged
//	grains     = ["week", "month", "quarter", "half", "year"]  cadence and coarser
//	facts      = ["account", "usage_day"]  fact tables and rollups the SQL reads
//	grace      = "3d"              added to a period's end before it is final
//	mature     = "window_ms"       the same, in days or weeks, or by a parameter
//	touch      = { back = "window_ms", ahead = "0d" }
//	segments   = ["channel", "plan"]
//	guardrails = ["gross_retention"]  KPI ids whose failure caps this one
//	fx_at      = "year_ago"        starts | year_ago: which rate the relation fx gives
//	source_of_formula = "where the formula comes from"
//
//	[[measure]]                    the first is the primary one
//	id           = "rate"
//	agg          = "share"         share ratio count sum distinct median mean nps composite
//	unit         = "%"             % pts days hours /5, or a word; left out: a plain count
//	direction    = "up"            up | down
//	digits       = 1
//	min_n        = 30              fewer units: not_enough_data
//	additive     = false           products add up, so the engine may sum them
//	scale        = 1               value = scale * num / den
//	unbounded    = false           a % that may pass 100
//	max_share    = 0.5             no verdict when one cluster holds more of den
//	min_response = 0.5             no verdict below this response rate
//
//	[params]                       each can be set in config.toml, [kpi.<id>]
//	window_ms = { type = "span", default = "14d", doc = "..." }
//
// touch says which periods a record at time t reaches: those from t - back to
// t + ahead. Each end is a span, a parameter of type span, or "all" (every
// earlier or every later period, held as -1). A span of months, quarters,
// halves or years is rounded up there, for reaching too far only costs time.
//
// Parameter types are text, int, real, bool, span and list. A span is written
// in days or weeks and held in milliseconds. A list holds texts or whole
// numbers, not both; SQL writes severity IN (:severities).
//
// # kpi.sql
//
// One row for each counted unit, in SQL that SQLite and PostgreSQL read alike.
// Four relations are supplied and may not be defined in the file:
//
//	period(id, starts, ends, year_ago)
//	period_day(period, day)
//	member(scope, product, segment)
//	fx(period, currency, ppm)
//
// starts and ends are milliseconds, half open; year_ago is twelve calendar
// months before ends; period_day lists the local days (since 1970-01-01) of each
// period, to join usage_day by; ppm is the rate to the company's currency in millionths, as of the
// instant fx_at names. Parameters are :name; :as_of is always there. The file
// holds one query without ; and nothing only one of the databases reads.
//
// kpi.<measure>.sql takes the place of kpi.sql for one measure. Every parameter
// and every fact of kpi.toml must be used by some SQL of the folder, and the SQL
// may use no others; account_segment needs no entry in facts.
package catalog
