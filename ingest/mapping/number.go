package mapping

import (
	"math"
	"strconv"
	"strings"
)

// digits counts the decimal digits s starts with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// ParseInt reads -?[0-9]+ that fits 64 bits: no sign +, blank, underscore or hex.
func ParseInt(s string) (int64, bool) {
	if n := digits(strings.TrimPrefix(s, "-")); n == 0 || n != len(strings.TrimPrefix(s, "-")) {
		return 0, false
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, false
	}
	return v, true
}

// ParseReal reads a decimal number such as -12.5 or 3e-4. The result is finite;
// NaN, Inf, hex, underscores and numbers beyond float64 are refused.
func ParseReal(s string) (float64, bool) {
	rest := strings.TrimPrefix(s, "-")
	n := digits(rest)
	if n == 0 {
		return 0, false
	}
	rest = rest[n:]
	if strings.HasPrefix(rest, ".") {
		n = digits(rest[1:])
		if n == 0 {
			return 0, false
		}
		rest = rest[1+n:]
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		rest = rest[1:]
		if rest != "" && (rest[0] == '-' || rest[0] == '+') {
			rest = rest[1:]
		}
		n = digits(rest)
		if n == 0 {
			return 0, false
		}
		rest = rest[n:]
	}
	if rest != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, false
	}
	return v + 0, true // -0 becomes 0
}

// ParseWhole is ParseInt that also takes a fraction of zeros, 3.00, as
// spreadsheets and data frames write whole numbers.
func ParseWhole(s string) (int64, bool) {
	if whole, fraction, ok := strings.Cut(s, "."); ok && fraction != "" && strings.Trim(fraction, "0") == "" {
		return ParseInt(whole)
	}
	return ParseInt(s)
}

// ParseMoney turns decimal text into minor units with the currency's number of
// decimals, exactly: 29.85 with 2 is 2985. More decimals than the currency has
// are refused unless they are zeros. No float is involved.
func ParseMoney(s string, decimals int) (int64, bool) {
	unsigned := strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(unsigned, ".")
	if digits(whole) != len(whole) || digits(fraction) != len(fraction) || whole == "" || point && fraction == "" {
		return 0, false
	}
	if len(fraction) > decimals {
		if strings.Trim(fraction[decimals:], "0") != "" {
			return 0, false
		}
		fraction = fraction[:decimals]
	}
	minor := whole + fraction + strings.Repeat("0", decimals-len(fraction))
	if len(unsigned) != len(s) {
		minor = "-" + minor
	}
	return ParseInt(minor)
}

// ParseBool reads true, false, 1 or 0.
func ParseBool(s string) (bool, bool) {
	switch s {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// plus adds integers and says whether the sum fits.
func plus(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0)
}
