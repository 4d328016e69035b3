package mapping

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/kpi/fact"
)

// parser makes a stored value of a record's value, or says what is allowed
// instead. rec is nil for values that stand in the manifest.
type parser func(v Value, rec Record) (out any, allowed string)

// parser chooses by the column's kind.
func (c *compiler) parser(f *manifest.Field, col fact.Column, spec *fact.Spec, e *manifest.Emit) parser {
	switch col.Kind {
	case fact.ID:
		if col.Name == spec.Product {
			return c.knownProduct
		}
		return parseID
	case fact.Text:
		if col.Name == "currency" {
			return parseCurrency
		}
		return parseText
	case fact.Enum:
		return parseEnum(col.Enum)
	case fact.Bool:
		return parseBit
	case fact.JSON:
		return parseDocument
	case fact.Ms:
		return c.instants(f.Time, f.As)
	case fact.Day:
		return c.days(f.Time)
	case fact.Minor:
		if f.As == "money" {
			return c.money(f, e)
		}
		return parseInteger
	case fact.Int:
		if f.As == "number" {
			return parseWhole
		}
		return parseInteger
	}
	return parseNumber(f.As == "int")
}

func parseID(v Value, _ Record) (any, string) {
	const allowed = "an id: 1 to 200 bytes of text or a whole number"
	switch v.Type {
	case Number:
		if n := digits(strings.TrimPrefix(v.Text, "-")); n != len(strings.TrimPrefix(v.Text, "-")) {
			return nil, allowed
		}
	case Bool, Nested:
		return nil, allowed
	}
	return norm.NFC.String(v.Text), ""
}

// knownProduct takes what stands for a product of the tree.
func (c *compiler) knownProduct(v Value, _ Record) (any, string) {
	if out := c.m.product(v.Text); out != nil && v.Type != Nested {
		return out, ""
	}
	allowed := "a product of the tree, by id or name: " + words(c.m.known)
	if m := c.m.cfg.Products.Map; len(m) > 0 {
		allowed += "; or a word of the source's products map: " + words(m)
	}
	return nil, allowed
}

func parseText(v Value, _ Record) (any, string) {
	if v.Type == Nested {
		return nil, "text, not a JSON object or list"
	}
	return v.Text, ""
}

func parseCurrency(v Value, _ Record) (any, string) {
	if _, ok := Decimals(v.Text); !ok {
		return nil, "a currency code of ISO 4217, such as USD"
	}
	return v.Text, ""
}

func parseEnum(allowed []string) parser {
	ready := map[string]any{}
	for _, w := range allowed {
		ready[w] = w
	}
	return func(v Value, _ Record) (any, string) {
		if out := ready[v.Text]; out != nil {
			return out, ""
		}
		return nil, strings.Join(allowed, ", ") + "; other words need a map"
	}
}

func parseBit(v Value, _ Record) (any, string) {
	b, ok := ParseBool(v.Text)
	if !ok {
		return nil, "true, false, 1 or 0; other words need a map, TRUE needs lower = true"
	}
	return boolean(b), ""
}

// parseDocument takes a JSON value, or a text that is one, as CSV cells hold it.
func parseDocument(v Value, _ Record) (any, string) {
	out, err := Canonical([]byte(v.Text))
	if err != nil {
		return nil, "JSON; " + err.Error()
	}
	return out, ""
}

func parseInteger(v Value, _ Record) (any, string) {
	n, ok := ParseInt(v.Text)
	if !ok || v.Type == Nested {
		return nil, "a whole number such as 42, of at most 64 bits"
	}
	return n, ""
}

func parseWhole(v Value, _ Record) (any, string) {
	n, ok := ParseWhole(v.Text)
	if !ok {
		return nil, "a whole number such as 42 or 42.0"
	}
	return n, ""
}

func parseNumber(whole bool) parser {
	return func(v Value, _ Record) (any, string) {
		if whole {
			n, ok := ParseInt(v.Text)
			if !ok || n > 1<<53 || n < -1<<53 {
				return nil, "a whole number up to 2^53"
			}
			return float64(n), ""
		}
		x, ok := ParseReal(v.Text)
		if !ok {
			return nil, "a finite number such as -12.5 or 3e4"
		}
		return x, ""
	}
}

func (c *compiler) instants(form, as string) parser {
	if form == "" && as == "int" {
		form = "ms"
	}
	read := NewTimeForm(form, c.m.cfg.Zone)
	if c.serials {
		read = serials(form, read, c.m.cfg.Zone)
	}
	allowed := map[string]string{
		"":        "a time with its zone such as 2026-09-21T06:10:00Z, or milliseconds since 1970; other forms need time = \"...\"",
		"rfc3339": "a time with its zone such as 2026-09-21T06:10:00Z",
		"ms":      "milliseconds since 1970",
		"unix":    "seconds since 1970",
		"date":    "a date such as 2026-09-21",
		"any":     "a time: RFC 3339, a date with or without a time, seconds or milliseconds since 1970",
	}[form]
	if allowed == "" {
		allowed = "a time written like " + form
	}
	return func(v Value, _ Record) (any, string) {
		ms, ok := read(v.Text)
		if !ok {
			return nil, allowed
		}
		return ms, ""
	}
}

// days gives the local day of a time; without a form it takes a date.
func (c *compiler) days(form string) parser {
	if form == "" {
		form = "date"
	}
	at := c.instants(form, "")
	return func(v Value, rec Record) (any, string) {
		ms, allowed := at(v, rec)
		if allowed != "" {
			return nil, allowed
		}
		return dayOf(ms.(int64), c.m.cfg.Zone), ""
	}
}

// money needs the currency to know the decimals: a constant, or another field.
func (c *compiler) money(f *manifest.Field, e *manifest.Emit) parser {
	unit := f.Currency
	if unit == nil {
		unit = e.Set["currency"]
	}
	currency := c.column(unit, fact.Column{Name: "currency", Kind: fact.Text}, &fact.Spec{}, e)
	return func(v Value, rec Record) (any, string) {
		if rec == nil && !currency.fixed {
			return nil, "no amount here: its currency is only known from a record"
		}
		code, p := currency.value(rec)
		if p != nil {
			return nil, "an amount whose currency, " + p.field + ", is a code of ISO 4217"
		}
		decimals, _ := Decimals(code.(string))
		n, ok := ParseMoney(v.Text, decimals)
		if !ok {
			return nil, "an amount in " + code.(string) + " such as " + example(decimals) + ", without signs for thousands"
		}
		return n, ""
	}
}

func example(decimals int) string {
	if decimals == 0 {
		return "1200"
	}
	return "1200." + "50000"[:decimals]
}
