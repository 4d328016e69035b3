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
//	at         = "warehouse"       instead of facts: the SQL runs in a source's own database
//	reread     = "35d"             of those: how far back each run asks again
//	history    = "730d"            of those: how far back the first one asks
//	grace      = "3d"              added to a period's end before it is final
//	mature     = "window_ms"       the same, in days or weeks, or by a parameter
//	touch      = { back = "window_ms", ahead = "0d" }
//	segments   = ["channel", "plan"]
//	guardrails = ["gross_retention"]  KPI ids whose failure caps this one
//	fx_at      = "year_ago"        starts | year_ago: which rate the relation fx gives
//	by, reason = "m.okafor", "why this version"  left out: the account that ran kpid
//	source_of_formula = "where the formula comes from"
//	links      = ["https://www.figma.com/board/x"]  https only, at most 10: shown with the tool's name
//
//	[[measure]]                    the first is the primary one
//	id           = "rate"
//	agg          = "share"         share ratio count sum distinct median mean nps worst composite
//	unit         = "%"             % pts days hours /5, or a word; left out: a plain count
//	direction    = "up"            up | down
//	digits       = 1
//	min_n        = 30              fewer units: not_enough_data
//	additive     = false           products add up, so the engine may sum them
//	scale        = 1               value = scale * num / den
//	unbounded    = false           a % that may pass 100
//	max_share    = 0.5             no verdict when one cluster holds more of den
//	min_response = 0.5             no verdict below this response rate
//	sure_n       = 50              a verdict on fewer units is uncertain
//	cadence      = "week"          where it differs from the KPI's: judged and kept at this grain
//	complement   = true            value = 1 - num/den
//	interval     = "none"          none: a census has no sampling error; byar: of a count over a known den
//	quantile     = 0.85            of a median: another quantile, without an interval
//	min_events   = 15              of a median with censored units: fewer that arrived give no verdict
//	fx_at        = "starts"        where it differs from the KPI's
//	zero         = false           of a count, sum or distinct: nothing counted is no number, not 0. For
//	                               numbers that arrive counted, where an absent row says nothing
//	trailing     = { span = "12m", below = 8, grains = ["month"] }
//	                               the number of the span that ends with the period: always, or where
//	                               the period has fewer than below units; at the grains named, or all
//	warns        = { above = 10, says = "{value} of the incidents have no cause yet" }
//	                               a plausibility check: said beside the KPI when the value is above (or
//	                               below) a number in the unit that is shown, drops by more than that from
//	                               the period before, or falls_yoy by more percent; {value} {num} {den} {excluded}
//
//	[origin]                       of a definition that was brought in: where it comes from, in the words of
//	                               that place; left out of the version
//	owner, url, licence            texts
//	public         = true
//	target         = "at or above 84%"       verbatim
//	health         = 2                       3 okay, 2 attention, 1 problem, 0 unknown, -1 confidential
//	health_reasons = ["..."]
//	expr           = "level >= 84 %"         the target as an expression; or
//	not_judged     = "no target is stated"   why there is none
//
//	[params]                       each can be set in config.toml, [kpi.<id>]
//	window_ms = { type = "span", default = "14d", doc = "..." }
//
// touch says which periods a record at time t reaches: those from t - back to
// t + ahead. Each end is a span, a parameter of type span, or "all" (every
// earlier or every later period, held as -1). A span of months, quarters,
// halves or years is rounded up there, for reaching too far only costs time.
// scopes = "all" lets a record reach every scope, also those that do not hold
// its product: for revenue that is found by who used a product.
//
// Parameter types are text, int, real, bool, span and list. A span is written
// in days or weeks and held in milliseconds. A list holds texts or whole
// numbers, not both; SQL writes severity IN (:severities).
//
// # kpi.sql
//
// One row for each counted unit, in SQL that SQLite and PostgreSQL read alike:
//
//	period, scope, unit   unit is unique within period and scope
//	num, den              share, ratio, worst; num alone: count, sum, distinct
//	num_<measure>, den_<measure>   of one measure, where several share a file and are read at once;
//	                      where num_<measure> is null, the row is no unit of it
//	value                 median (milliseconds), mean; nps: 1 promoter, 0 passive, -1 detractor
//	censored              of a median: 1, the end has not come by value. Its presence makes the
//	                      median Kaplan-Meier's; with pending = 1 it may still come, up to horizon
//	pending               1: the outcome is open
//	excluded              null, or the reason; listed and counted, not aggregated
//	note                  what the explanation says of the unit
//	at, ref               when, and source/id of the deciding fact
//	cluster               the unit of the interval when it differs from unit
//	currency              num and den are minor units of it
//	balance               minor units that must add up to nothing in every currency: else the
//	                      period is refused, with the difference
//	stratum, population, invited   surveys: for finite population and response rate
//	horizon               with censored: the longest an open unit can still take, in milliseconds
//
// Five relations are supplied and may not be defined in the file:
//
//	period(id, starts, ends, year_ago)
//	period_day(period, day, starts)
//	period_month(period, starts)
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
