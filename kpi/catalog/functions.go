package catalog

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/near"
)

// functions that both databases have and that only compute. What else a database
// offers can read files, wait, or change settings: so the list says what may be
// called, and not what may not.
func functions() []string {
	return []string{"abs", "avg", "ceil", "coalesce", "count", "cume_dist", "dense_rank", "exp", "first_value", "floor", "lag", "last_value", "lead",
		"length", "ln", "lower", "max", "min", "mod", "nth_value", "ntile", "nullif", "percent_rank", "power", "rank", "replace", "round", "row_number", "sign", "sqrt",
		"substr", "sum", "trim", "upper"}
}

// syntax lists the words that may stand before a parenthesis without calling anything.
func syntax() []string {
	return []string{"all", "and", "any", "as", "by", "case", "cast", "distinct", "else", "except", "exists", "filter", "from", "having", "in", "intersect",
		"join", "materialized", "not", "on", "or", "over", "partition", "recursive", "select", "then", "union", "using", "values", "when", "where", "with", "within",
		"bigint", "double", "precision", "integer", "text", "smallint", "numeric", "between", "like", "is", "limit", "offset", "order", "group", "window", "left", "right"}
}

// calls refuses functions that are not on the list.
func (f *folder) calls(name, text string, tokens []token) {
	for i, t := range tokens {
		if next(tokens, i+1) != "(" || !isName(t.text) || slices.Contains(syntax(), t.text) || slices.Contains(functions(), t.text) || defines(tokens, i) {
			continue
		}
		f.sqlBad(name, text, t, "the function %s is not one a KPI may call%s; allowed: %s", t.text, near.Hint(t.text, functions()), strings.Join(functions(), ", "))
	}
}

func isName(s string) bool { return s != "" && (s[0] == '_' || s[0] >= 'a' && s[0] <= 'z') }
