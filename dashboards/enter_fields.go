package dashboards

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kpid/kpid/kpi"
)

// inputField is one field of a form; the same description checks what comes by the
// API.
type inputField struct {
	Name, Label, Hint string
	As                string // select, text, area, number, date, hidden
	Options           []inputOption
	Required          bool
	Max               int // characters of a text
	Value, Error      string
	Of                string // begins its id where a page has several forms
}

type inputOption struct{ Value, Text string }

// Chosen says that an option is the field's value.
func (f inputField) Chosen(value string) bool { return f.Value == value }

// Describes lists the ids of the texts about the field, for aria-describedby.
func (f inputField) Describes() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, "e-"+f.Of+f.Name)
	}
	if f.Hint != "" {
		ids = append(ids, "h-"+f.Of+f.Name)
	}
	return strings.Join(ids, " ")
}

const (
	longText  = 4000
	shortText = 60
)

func words(values ...string) []inputOption {
	out := make([]inputOption, len(values))
	for i, v := range values {
		out[i] = inputOption{v, title(strings.ReplaceAll(v, "_", " "))}
	}
	return out
}

// check holds the typed values against the fields, and puts them and what is wrong
// into them. Values for which there is no field are left alone: callers decide.
func check(fields []inputField, typed map[string]string, now kpi.Millis, zone *time.Location) FieldErrors {
	var errs FieldErrors
	for i := range fields {
		f := &fields[i]
		f.Value = typed[f.Name]
		if f.Error = f.wrong(now, zone); f.Error != "" {
			errs = append(errs, FieldError{f.Name, f.Error})
		}
	}
	return errs
}

// wrong says what is wrong with the value, "" when nothing is.
func (f inputField) wrong(now kpi.Millis, zone *time.Location) string {
	v := f.Value
	if v == "" {
		if f.Required {
			return f.Label + " is missing."
		}
		return ""
	}
	switch f.As {
	case "select", "hidden":
		if len(f.Options) > 0 && !slices.ContainsFunc(f.Options, func(o inputOption) bool { return o.Value == v }) {
			return "“" + cut(v, 40) + "” is not among the choices: " + strings.Join(optionValues(f.Options), ", ") + "."
		}
	case "number":
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || math.Abs(n) > 1e12 {
			return "“" + cut(v, 40) + "” is no number. Write it with a point and without its unit, such as 3.5."
		}
	case "date":
		day, err := time.ParseInLocation(time.DateOnly, v, zone)
		if err != nil || day.Year() < 1990 || day.Year() > 2100 {
			return "“" + cut(v, 40) + "” is no day. A day is written " + now.Time().In(zone).Format(time.DateOnly) + "."
		}
	}
	most := f.Max
	if most == 0 {
		most = 200
	}
	switch {
	case !utf8.ValidString(v) || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' && (f.As != "area" || r != '\n' && r != '\t') || r == 0x7f }):
		return f.Label + " holds characters that are no text."
	case utf8.RuneCountInString(v) > most:
		return f.Label + " has " + count(utf8.RuneCountInString(v)) + " characters; at most " + count(most) + " are kept."
	}
	return ""
}

func optionValues(options []inputOption) []string {
	var out []string
	for _, o := range options {
		out = append(out, o.Value)
	}
	return out
}

// put sets what an adapter found wrong beside the fields. What it says of none of them
// is returned.
func put(fields []inputField, errs FieldErrors) (rest string) {
	for _, e := range errs {
		i := slices.IndexFunc(fields, func(f inputField) bool { return f.Name == e.Field })
		if i < 0 {
			rest = strings.TrimSpace(rest + " " + e.Text)
			continue
		}
		fields[i].Error = e.Text
	}
	return rest
}
