package catalog

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi/fact"
)

// token is a word, a parameter or a sign of SQL outside strings and comments.
type token struct {
	text string // words in lower case; parameters with their colon
	at   int    // byte offset
}

// scan splits SQL into tokens. Strings, quoted names and comments are skipped.
func scan(sql string) []token {
	var out []token
	for i := 0; i < len(sql); {
		n := 1
		switch c := sql[i]; {
		case c == '\'':
			n = quoted(sql[i:])
		case c == '"':
			n = quoted(sql[i:])
			out = append(out, token{`"`, i})
		case strings.HasPrefix(sql[i:], "--"):
			n = until(sql[i:], "\n")
		case strings.HasPrefix(sql[i:], "/*"):
			n = until(sql[i:], "*/")
		case strings.HasPrefix(sql[i:], "::"):
			n = 2
			out = append(out, token{"::", i})
		case c == ':' || wordByte(c):
			n = 1 + wordLen(sql[i+1:])
			word := sql[i : i+n]
			if c != ':' {
				word = strings.ToLower(word)
			}
			out = append(out, token{word, i})
		case c > ' ':
			out = append(out, token{sql[i : i+1], i})
		}
		i += n
	}
	return out
}

// quoted is the length of a string with doubled quotes inside.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] != s[0] {
			continue
		}
		if i+1 < len(s) && s[i+1] == s[0] {
			i++
			continue
		}
		return i + 1
	}
	return len(s)
}

func until(s, end string) int {
	i := strings.Index(s[2:], end)
	if i < 0 {
		return len(s)
	}
	return i + 2 + len(end)
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func wordLen(s string) int {
	n := 0
	for n < len(s) && wordByte(s[n]) {
		n++
	}
	return n
}

// checkSQL holds every text against the rules of kpi.sql and against what
// kpi.toml declares.
func (f *folder) checkSQL() {
	used, read := map[string]bool{}, map[string]bool{}
	for _, name := range f.sqlNames() {
		text := f.sql[name]
		tokens := scan(text)
		for _, t := range tokens {
			if p, ok := strings.CutPrefix(t.text, ":"); ok && p != "" && p != ":" {
				used[p] = true
			}
		}
		if f.def.Warehouse != nil { // its tables and functions are the company's
			f.only(name, text, tokens)
			continue
		}
		f.forbidden(name, text, tokens)
		f.calls(name, text, tokens)
		f.undeclared(name, text, tokens, read)
	}
	if len(f.sql) == 0 {
		return
	}
	params := f.toml.Sub("params")
	for _, p := range f.def.Params {
		if !used[p.Name] {
			params.Bad(p.Name, "no SQL of this KPI uses the parameter :%s", p.Name)
		}
	}
	for _, name := range f.def.Facts {
		if !read[name] && name != "account_segment" {
			f.toml.Bad("facts", "no SQL of this KPI reads %s", name)
		}
	}
}

// only holds SQL for a warehouse to one query whose parameters are declared. That it
// writes nothing is for the database to refuse.
func (f *folder) only(name, text string, tokens []token) {
	var params []string
	for _, p := range f.def.Params {
		params = append(params, p.Name)
	}
	for _, t := range tokens {
		if p, ok := strings.CutPrefix(t.text, ":"); ok && t.text != "::" {
			f.declared(name, text, t, p, params)
		}
		if t.text == ";" {
			f.sqlBad(name, text, t, "a ; ends a statement, and a KPI is exactly one query: leave it out")
		}
	}
}

func (f *folder) sqlNames() []string {
	var names []string
	for name := range f.sql {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (f *folder) forbidden(name, text string, tokens []token) {
	for i, t := range tokens {
		switch {
		case t.text == ";":
			f.sqlBad(name, text, t, "a ; ends a statement, and a KPI is exactly one query: leave it out")
		case slices.Contains([]string{`"`, "`", "[", "$"}, t.text):
			f.sqlBad(name, text, t, "%s begins a name or a text that could hide what it calls; write names without quotes and texts in '…'", t.text)
		case isName(t.text) && strings.HasPrefix(text[t.at+len(t.text):], "'"):
			f.sqlBad(name, text, t, "%s'…' is read by one database only; write '…'", t.text)
		case t.text == "::":
			f.sqlBad(name, text, t, ":: is read by PostgreSQL only; write CAST(x AS BIGINT)")
		case t.text == "as" && next(tokens, i+1) == "real":
			f.sqlBad(name, text, t, "AS REAL is single precision in PostgreSQL; write CAST(x AS DOUBLE PRECISION)")
		case supplied(t.text) && defines(tokens, i):
			f.sqlBad(name, text, t, "%s is supplied by the engine and may not be defined here", t.text)
		}
	}
}

// undeclared finds parameters and facts that kpi.toml does not name. A fact
// that is read but not listed would never mark its periods for recomputing.
func (f *folder) undeclared(name, text string, tokens []token, read map[string]bool) {
	var params []string
	for _, p := range f.def.Params {
		params = append(params, p.Name)
	}
	own := defined(tokens)
	tables := append(fact.Names(), "usage_day", "bet_outcome", "capability_event", "capability_target")
	for i, t := range tokens {
		if p, ok := strings.CutPrefix(t.text, ":"); ok && t.text != "::" {
			f.declared(name, text, t, p, params)
			continue
		}
		if prev := next(tokens, i-1); prev != "from" && prev != "join" && prev != "," {
			continue
		}
		read[t.text] = true
		if prev := next(tokens, i-1); prev != "," && isName(t.text) && next(tokens, i-2) != "distinct" && t.text != "select" && t.text != "lateral" &&
			!own[t.text] && !supplied(t.text) && !slices.Contains(readable(), t.text) {
			f.sqlBad(name, text, t, "there is no relation %s%s; a KPI reads facts, what is derived from them, and what the engine supplies", t.text, near.Hint(t.text, readable()))
		}
		if next(tokens, i-1) != "," && slices.Contains(tables, t.text) && !own[t.text] && !slices.Contains(f.def.Facts, t.text) {
			f.sqlBad(name, text, t, "the SQL reads %s, which facts in kpi.toml does not list: its new records would change nothing", t.text)
		}
	}
}

func (f *folder) declared(name, text string, t token, p string, params []string) {
	if p == "as_of" || slices.Contains(params, p) {
		return
	}
	hint := ""
	if w := near.Word(p, append(params, "as_of")); w != "" {
		hint = "; did you mean :" + w + "?"
	}
	f.sqlBad(name, text, t, "the parameter :%s is not declared in [params]%s", p, hint)
}

func supplied(s string) bool {
	return s == "period" || s == "period_day" || s == "period_month" || s == "member" || s == "fx"
}

// defines says whether the word at i opens a common table expression:
// name [(columns)] AS [NOT] [MATERIALIZED] (.
func defines(tokens []token, i int) bool {
	if p := next(tokens, i-1); p != "with" && p != "recursive" && p != "," {
		return false
	}
	i++
	if next(tokens, i) == "(" {
		for i < len(tokens) && tokens[i].text != ")" {
			i++
		}
		i++
	}
	if next(tokens, i) != "as" {
		return false
	}
	for i++; next(tokens, i) == "not" || next(tokens, i) == "materialized"; i++ {
	}
	return next(tokens, i) == "("
}

func defined(tokens []token) map[string]bool {
	out := map[string]bool{}
	for i, t := range tokens {
		if defines(tokens, i) {
			out[t.text] = true
		}
	}
	return out
}

// next gives the text of a token, "" outside.
func next(tokens []token, i int) string {
	if i < 0 || i >= len(tokens) {
		return ""
	}
	return tokens[i].text
}

func (f *folder) sqlBad(name, text string, t token, format string, args ...any) {
	before := text[:t.at]
	line := 1 + strings.Count(before, "\n")
	column := 1 + len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))
	f.bad(name, line, column, format, args...)
}
