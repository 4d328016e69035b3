package engine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBind(t *testing.T) {
	values := map[string]any{"a": int64(1), "a_2": "x", "r": 0.5, "yes": true, "no": false,
		"list": []any{int64(1), "b"}, "texts": []string{"p", "q"}, "whole": []int64{7}, "none": []string{}}
	const whole, text = "CAST(? AS BIGINT)", "CAST(? AS TEXT)"
	for _, tt := range []struct {
		sql, want string
		args      []any
	}{
		{"SELECT 1", "SELECT 1", nil},
		{"x = :a AND y = :a_2", "x = " + whole + " AND y = " + text, []any{int64(1), "x"}},
		{":a:a", whole + whole, []any{int64(1), int64(1)}},
		{"(:a)", "(" + whole + ")", []any{int64(1)}},
		{":r", "CAST(? AS DOUBLE PRECISION)", []any{0.5}},
		{":yes :no", whole + " " + whole, []any{int64(1), int64(0)}},
		{"IN (:list)", "IN (" + whole + ", " + text + ")", []any{int64(1), "b"}},
		{"IN (:texts) OR x IN (:whole)", "IN (" + text + ", " + text + ") OR x IN (" + whole + ")", []any{"p", "q", int64(7)}},
		{"IN (:none)", "IN (NULL)", nil},
		{"':a'", "':a'", nil},
		{"'it''s :a' || :a", "'it''s :a' || " + whole, []any{int64(1)}},
		{`":a" = :a`, `":a" = ` + whole, []any{int64(1)}},
		{`"x"":a" = :a`, `"x"":a" = ` + whole, []any{int64(1)}},
		{"-- :a\n:a", "-- :a\n" + whole, []any{int64(1)}},
		{"1 -- it's :unknown", "1 -- it's :unknown", nil},
		{"-- who?\n:a /* why? */", "-- who.\n" + whole + " /* why. */", []any{int64(1)}},
		{"/* :unknown ' */ :a", "/* :unknown ' */ " + whole, []any{int64(1)}},
		{"x::bigint + :a", "x::bigint + " + whole, []any{int64(1)}},
		{"a - :a", "a - " + whole, []any{int64(1)}},
		{"7:3", "7:3", nil},
		{"'open :a", "'open :a", nil},
	} {
		got, args, err := Bind(tt.sql, values)
		if err != nil || got != tt.want {
			t.Errorf("%s gives %s, %v; want %s", tt.sql, got, err, tt.want)
		}
		if diff := cmp.Diff(tt.args, args); diff != "" {
			t.Errorf("%s: arguments (-want +got):\n%s", tt.sql, diff)
		}
	}
	for sql, want := range map[string]string{
		"x = :b":    "parameter :b has no value; known are :a, :a_2, :list",
		"x = :a_":   "parameter :a_ has no value",
		"x = :asof": "parameter :asof has no value",
		"x = :odd":  "parameter :odd holds a struct {}; allowed are",
	} {
		bad := map[string]any{"a": int64(1), "a_2": "x", "list": []string{}}
		if strings.Contains(sql, "odd") {
			bad["odd"] = struct{}{}
		}
		if _, _, err := Bind(sql, bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %s", sql, err, want)
		}
	}
}
