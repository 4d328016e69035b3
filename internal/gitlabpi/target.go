package gitlabpi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Refusal says why a target text cannot be judged: a word to count by, and a
// sentence for the reader.
type Refusal struct{ Code, Says string }

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{code, fmt.Sprintf(format, args...)}
}

// limit is what a target text says when it allows one reading: a comparison
// with one number, its unit, and a period it is counted in.
type limit struct {
	cmp    string    // >=, >, <= or <
	number string    // without separators and exponent
	unit   string    // %, days, hours, another word of time, or ""
	per    kpi.Grain // per month; "" when the text names no period
	each   string    // per person: what else it is divided by
}

// readTarget understands texts such as "at or above 84%", "below 60 days" and
// "greater than 6 MRs per month". Everything that leaves something open is
// refused: a target nobody wrote would be worse than none.
func readTarget(text string) (limit, *Refusal) {
	t := strings.ToLower(strings.Join(strings.Fields(strings.Trim(text, " \"'")), " "))
	if r := unset(t); r != nil {
		return limit{}, r
	}
	cmp, rest := comparison(t)
	l := limit{cmp: cmp} // which way is better stands, whatever else does not
	switch {
	case relative(t):
		return l, refuse("relative", "the target is relative to another number, which the text does not give")
	case cmp == "" && strings.HasPrefix(t, "at "):
		return l, refuse("mark", "the target is a mark to be at, neither a floor nor a ceiling")
	case cmp == "":
		return l, refuse("no_comparison", "the text does not say whether its number is a floor or a ceiling")
	case numbers(rest) > 1:
		return l, refuse("several_numbers", "the text holds several numbers")
	case strings.ContainsAny(rest, "$€£"):
		return l, refuse("money", "the target is an amount of money, and metric_point has no currency")
	}
	return number(cmp, rest)
}

// unset refuses texts that set no target.
func unset(t string) *Refusal {
	n := normal(t)
	switch {
	case t == "" || t == "-" || t == "none" || t == "n/a":
		return refuse("no_target", "no target is stated")
	case has(n, "tbd", "to be determined", "to be defined", "unknown"):
		return refuse("tbd", "the target is still to be set")
	case has(n, "no target", "not set", "not yet set"):
		return refuse("tbd", "the text says that no target is set")
	case has(n, "confidential", "not public"):
		return refuse("confidential", "the target is confidential")
	case strings.HasPrefix(t, "see ") || strings.Contains(t, "http"):
		return refuse("elsewhere", "the target is kept in another place")
	case numbers(t) == 0:
		return refuse("no_number", "the text holds no number")
	}
	return nil
}

// relative texts compare with a number of another time or place.
func relative(t string) bool {
	n := normal(t)
	return strings.Contains(t, "+") || has(n, "change", "increase", "decrease", "improve", "improvement", "growth", "grow", "reduce", "reduction",
		"previous", "prior", "last", "baseline", "compared", "yoy", "mom", "qoq", "year over year", "month over month", "quarter over quarter",
		"month average", "percentage points")
}

// comparisons by phrase, a longer one before the one it begins with.
func comparisons() [][2]string {
	return [][2]string{
		{"at or above", ">="}, {"at or greater than", ">="}, {"at or over", ">="}, {"at or more than", ">="}, {"at or higher than", ">="},
		{"greater than or equal to", ">="}, {"equal to or greater than", ">="}, {"at least", ">="}, {"no less than", ">="}, {"not less than", ">="},
		{"minimum of", ">="}, {">=", ">="}, {"≥", ">="},
		{"at or below", "<="}, {"at or less than", "<="}, {"at or under", "<="}, {"at or lower than", "<="},
		{"less than or equal to", "<="}, {"equal to or less than", "<="}, {"at most", "<="}, {"no more than", "<="}, {"not more than", "<="},
		{"maximum of", "<="}, {"does not exceed", "<="}, {"<=", "<="}, {"≤", "<="},
		{"above", ">"}, {"greater than", ">"}, {"more than", ">"}, {"over", ">"}, {"higher than", ">"}, {"exceeds", ">"}, {">", ">"},
		{"below", "<"}, {"less than", "<"}, {"under", "<"}, {"lower than", "<"}, {"fewer than", "<"}, {"<", "<"},
	}
}

// comparison takes the phrase off a text: before the number, or after it as in
// "84% or above". cmp is "" when there is none.
func comparison(t string) (cmp, rest string) {
	for _, c := range comparisons() {
		if after, ok := strings.CutPrefix(t, c[0]); ok {
			return c[1], strings.TrimSpace(after)
		}
	}
	for _, c := range [][2]string{{"or above", ">="}, {"or more", ">="}, {"or higher", ">="}, {"or greater", ">="}, {"or below", "<="}, {"or less", "<="}, {"or lower", "<="}, {"or fewer", "<="}} {
		if before, after, ok := strings.Cut(t, " "+c[0]); ok {
			return c[1], strings.TrimSpace(before + after)
		}
	}
	return "", t
}

// number reads what follows a comparison: the number first, then its unit and
// what it is counted per. Words that name what is counted say nothing more.
func number(cmp, rest string) (limit, *Refusal) {
	l := limit{cmp: cmp}
	n := 0
	for n < len(rest) && strings.IndexByte("0123456789.,", rest[n]) >= 0 {
		n++
	}
	digits := strings.ReplaceAll(strings.TrimRight(rest[:n], ".,"), ",", "")
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return l, refuse("not_understood", "no number follows the comparison")
	}
	tail := strings.TrimSpace(strings.TrimLeft(rest[n:], ".,"))
	for suffix, factor := range map[string]float64{"k": 1e3, "m": 1e6} {
		if after, ok := strings.CutPrefix(tail, suffix); ok && (after == "" || after[0] == ' ') {
			v, tail = v*factor, strings.TrimSpace(after)
		}
	}
	l.number = strconv.FormatFloat(v, 'f', -1, 64)
	if has(normal(tail), "if", "unless", "until", "except", "when", "while", "by", "and", "but", "or", "for", "within") {
		return l, refuse("condition", "the text has a condition beside its number")
	}
	l.unit, tail = unit(tail)
	return l, l.divisor(tail)
}

// unit reads the word behind a number.
func unit(tail string) (unit, rest string) {
	if after, ok := strings.CutPrefix(tail, "%"); ok {
		return "%", after
	}
	word, after, _ := strings.Cut(tail, " ")
	known := map[string]string{
		"percent": "%", "day": "days", "days": "days", "hour": "hours", "hours": "hours", "hrs": "hours", "minute": "minutes", "minutes": "minutes",
		"second": "seconds", "seconds": "seconds", "s": "seconds", "ms": "ms", "milliseconds": "ms", "week": "weeks", "weeks": "weeks",
	}
	if u, ok := known[word]; ok {
		return u, after
	}
	return "", tail
}

// divisor reads "per month" and "per person", as often as they come.
func (l *limit) divisor(tail string) *Refusal {
	parts := strings.Split(" "+normal(tail), " per ")
	for _, part := range parts[1:] {
		word := strings.TrimSpace(part)
		switch {
		case slices.Contains(kpi.Grains(), kpi.Grain(word)):
			l.per = kpi.Grain(word)
		case word == "day" || word == "hour" || word == "minute":
			return refuse("period", "the target is per %s, and the finest period kept is the week", word)
		default:
			l.each = word
		}
	}
	return nil
}

// numbers counts the runs of digits in a text, those inside of words too.
func numbers(t string) int {
	count, inside := 0, false
	for i, c := range t {
		digit := c >= '0' && c <= '9'
		joined := inside && (c == '.' || c == ',') && i+1 < len(t) && t[i+1] >= '0' && t[i+1] <= '9'
		if digit && !inside {
			count++
		}
		inside = digit || joined
	}
	return count
}

// normal keeps letters and digits, one space between words and around them.
func normal(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c < 0x80
	})
	return " " + strings.Join(words, " ") + " "
}

// has says whether a normal text has one of the phrases, as whole words.
func has(normal string, phrases ...string) bool {
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(normal, " "+p+" ") })
}
