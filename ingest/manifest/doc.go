// Package manifest reads the TOML files that say how a source's records become
// facts. A manifest carries no code: paths into records, constants, maps of
// words and a closed list of conversions, so a company's own columns become
// facts without a line of Go.
//
//	kpid = 1   id   title   docs
//	[config.NAME]                # filled in by the operator, used as {{cfg.NAME}}
//	  type = string|integer|number|bool|duration|host|enum   required   default   pattern   enum
//	[[stream]]
//	  id                         # the cursor is kept by this name
//	  file   = "folder/*.csv"    # pattern below the source's folder
//	  decode = ["csv"] | ["ndjson"] | ["gzip", "csv"] | ["gzip", "ndjson"] | ["xlsx"] | ["parquet"]
//	  sheet  = "name"            # of a workbook; default: the only one that is not hidden
//	  key    = ["field", ...]    # default id of the rows, joined by :
//	  csv    = { comma = ";", columns = ["name", ...] }   # columns: files without a header
//	  [[stream.emit]]
//	    fact                     # a fact, or deployment for a change_event of that kind
//	    id    = "path" | { text = "{{rec.id}}:start" }
//	    when  = { path, in = ["word", ...] } | { path, present = true }
//	    each  = "list"           # a row per entry: rec is the entry, up the record around it
//	    each2 = "list"           # a row per entry of the entry: it
//	    merge = { column = "min|max|last|first" }   # rows of the same id become one
//	    [stream.emit.set]
//	      column = "path"
//	      column = { path | text | const | sum = ["path", ...],
//	                 time = "rfc3339|ms|unix|date|any|LAYOUT", plus_days = "path" | 1,
//	                 as = "int|number|bool|string|money", currency = "USD" | "path", negate,
//	                 map = { theirs = "ours" }, lower, equals = "word", default, optional }
//
// Columns are those of the fact, and updated_at and gone_at, the row's own. A
// missing value is null only where the column allows it; a column with time or
// map says so with optional = true, and only such a column may be missing from
// a CSV header. A word that map lacks is an error unless there is a default.
//
// Flat forms: an account takes any other name as an attribute, and product_ids
// as the products it may use. A survey_response takes the columns of its survey
// and question and makes both: the question's id is then "survey:question", and
// the survey is open from its first to its last response unless it says so.
package manifest
