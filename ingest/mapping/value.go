package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi/fact"
)

// value computes the column for a record.
func (c *column) value(rec Record) (any, *problem) {
	switch {
	case c.fixed:
		return c.ready, nil
	case c.sum != nil:
		return c.total(rec)
	case c.text != nil:
		s, missing := c.text.join(rec, "", c.mp)
		if missing != "" {
			return c.take(Value{}, rec)
		}
		return c.take(Value{Type: Text, Text: s}, rec)
	}
	v := rec.Value(c.slot)
	c.see(v, rec)
	return c.take(v, rec)
}

// take makes a stored value of a record's value.
func (c *column) take(v Value, rec Record) (any, *problem) {
	if c.lower {
		v.Text = strings.ToLower(v.Text)
	}
	switch {
	case c.equals != nil:
		return boolean(v.Type != Missing && v.Text == *c.equals), nil
	case v.Type == Missing:
		return c.missing()
	case c.table != nil:
		return c.lookup(v)
	}
	if c.memo != nil && v.Type == Text {
		if out := c.memo.get(v.Text); out != nil {
			return out, nil
		}
	}
	out, p := c.finish(v, rec)
	if p == nil && (c.plus >= 0 || c.days != 0) {
		out, p = c.addDays(rec, out)
	}
	if p == nil && c.memo != nil && v.Type == Text {
		out = c.memo.put(v.Text, out)
	}
	return out, p
}

func (c *column) missing() (any, *problem) {
	switch {
	case c.other != nil:
		return c.other, nil
	case c.empty:
		return nil, nil
	case c.col.Null:
		return nil, &problem{c.from, "nothing", "a value; set optional = true where it may be missing"}
	}
	return nil, &problem{c.from, "nothing", "a value: " + c.name + " must have one"}
}

func (c *column) lookup(v Value) (any, *problem) {
	out, ok := c.table[v.Text]
	if !ok {
		c.unknown(v.Text)
	}
	switch {
	case ok && out != nil:
		return out, nil
	case ok:
		return c.missing()
	case c.fallback != nil:
		return c.fallback, nil
	}
	return nil, &problem{c.from, v.Text, words(c.table)}
}

// finish parses a value and settles it; rec is nil for what stands in the manifest.
func (c *column) finish(v Value, rec Record) (any, *problem) {
	out, allowed := c.parse(v, rec)
	if allowed == "" {
		out, allowed = c.settle(out)
	}
	if allowed != "" {
		return nil, &problem{c.from, v.Text, allowed}
	}
	return out, nil
}

// settle negates, checks and hashes a parsed value.
func (c *column) settle(v any) (_ any, allowed string) {
	if c.negate {
		if v, allowed = negative(v); allowed != "" {
			return nil, allowed
		}
	}
	if err := c.col.Check(v, c.mp.limits, c.plan); err != nil {
		return nil, err.(*fact.ColumnError).Allowed
	}
	if s, ok := v.(string); ok && c.hashed {
		return c.mp.hash(s), ""
	}
	return v, ""
}

// total adds the values of several fields; when one is missing there is no sum.
func (c *column) total(rec Record) (any, *problem) {
	var total any
	for _, slot := range c.sum {
		v := rec.Value(slot)
		if v.Type == Missing {
			return c.missing()
		}
		one, allowed := c.parse(v, rec)
		if allowed == "" {
			total, allowed = add(total, one)
		}
		if allowed != "" {
			return nil, &problem{c.from, v.Text, allowed}
		}
	}
	out, allowed := c.settle(total)
	if allowed != "" {
		return nil, &problem{c.from, "the sum " + fmt.Sprint(total), allowed}
	}
	return out, nil
}

func add(total, v any) (any, string) {
	switch v := v.(type) {
	case int64:
		sum, ok := plus(unboxed(total), v)
		if !ok {
			return nil, "a sum that fits 64 bits"
		}
		return sum, ""
	case float64:
		sum, _ := total.(float64)
		return sum + v, ""
	}
	return v, ""
}

func unboxed(v any) int64 {
	n, _ := v.(int64)
	return n
}

// maxDays is the longest span a time may be moved by.
const maxDays = 40000

// addDays moves an instant by local calendar days.
func (c *column) addDays(rec Record, at any) (any, *problem) {
	v := Value{Type: Number, Text: strconv.Itoa(c.days)}
	if c.days == 0 {
		v = rec.Value(c.plus)
	}
	if v.Type == Missing {
		return c.missing()
	}
	days, ok := ParseWhole(v.Text)
	if !ok || days > maxDays || days < -maxDays {
		return nil, &problem{c.daysFrom, v.Text, "a whole number of days"}
	}
	moved := time.UnixMilli(at.(int64)).In(c.mp.cfg.Zone).AddDate(0, 0, int(days)).UnixMilli()
	if err := c.col.Check(moved, c.mp.limits, c.plan); err != nil {
		return nil, &problem{c.daysFrom, v.Text, "days that lead to a time " + err.(*fact.ColumnError).Allowed}
	}
	return moved, nil
}

func negative(v any) (any, string) {
	switch v := v.(type) {
	case int64:
		if -v == v && v != 0 {
			return nil, "a number that fits 64 bits"
		}
		return -v, ""
	case float64:
		return 0 - v, ""
	}
	return v, ""
}

func boolean(b bool) any {
	if b {
		return int64(1)
	}
	return int64(0)
}
