package filesrc

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// columns are the values of the leaves below a node, a list for each leaf.
type columns [][]parquet.Value

// level counts how many of the groups above may be absent, and how many repeat: by
// these numbers the format tells a missing value from an empty list.
type level struct{ definition, repetition int }

// parquetRow writes a row as a JSON object. The library's own maps turn decimals into
// floating point, so the row is put together here.
func parquetRow(schema parquet.Node, row parquet.Row) ([]byte, *badRecord) {
	var all columns
	row.Range(func(_ int, values []parquet.Value) bool {
		all = append(all, values)
		return true
	})
	return object(nil, schema, all, level{})
}

// object writes a group's fields in the order of the schema.
func object(to []byte, node parquet.Node, all columns, at level) ([]byte, *badRecord) {
	to = append(to, '{')
	for i, f := range node.Fields() {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(quote(to, f.Name()), ':')
		n := leaves(f)
		var bad *badRecord
		if to, bad = value(to, f, all[:n], at); bad != nil {
			bad.found = f.Name() + ": " + bad.found
			return nil, bad
		}
		all = all[n:]
	}
	return append(to, '}'), nil
}

func leaves(node parquet.Node) int {
	if node.Leaf() {
		return 1
	}
	n := 0
	for _, f := range node.Fields() {
		n += leaves(f)
	}
	return n
}

func value(to []byte, node parquet.Node, all columns, at level) ([]byte, *badRecord) {
	switch {
	case len(all) == 0 || len(all[0]) == 0:
		return append(to, "null"...), nil
	case node.Repeated():
		return list(to, node, all, at)
	case node.Optional():
		if at.definition++; all[0][0].DefinitionLevel() < at.definition {
			return append(to, "null"...), nil
		}
	}
	switch {
	case node.Leaf():
		return leaf(to, node.Type(), all[0][0])
	case isList(node):
		return list(to, node.Fields()[0], all, at)
	}
	return object(to, node, all, at)
}

// isList knows the group that the format puts around a list.
func isList(node parquet.Node) bool {
	logical := node.Type().LogicalType()
	if logical == nil || len(node.Fields()) != 1 || !node.Fields()[0].Repeated() {
		return false
	}
	_, ok := logical.Value.(*format.ListType)
	return ok
}

// list writes the entries of a repeated node. A group of one field around an entry is
// of the format, too.
func list(to []byte, node parquet.Node, all columns, at level) ([]byte, *badRecord) {
	to = append(to, '[')
	at.definition, at.repetition = at.definition+1, at.repetition+1
	for n := 0; all[0][0].DefinitionLevel() >= at.definition; n++ {
		if n > 0 {
			to = append(to, ',')
		}
		entry, rest := first(all, at.repetition)
		var bad *badRecord
		switch fields := node.Fields(); {
		case node.Leaf():
			to, bad = leaf(to, node.Type(), entry[0][0])
		case len(fields) == 1:
			to, bad = value(to, fields[0], entry, at)
		default:
			to, bad = object(to, node, entry, at)
		}
		if bad != nil {
			return nil, bad
		}
		if all = rest; len(all[0]) == 0 {
			break
		}
	}
	return append(to, ']'), nil
}

// first cuts the first entry of a list off the others.
func first(all columns, repetition int) (entry, rest columns) {
	for _, values := range all {
		n := min(1, len(values))
		for n < len(values) && values[n].RepetitionLevel() > repetition {
			n++
		}
		entry, rest = append(entry, values[:n]), append(rest, values[n:])
	}
	return entry, rest
}

// leaf writes a value by its logical type; without one by its physical type.
func leaf(to []byte, t parquet.Type, v parquet.Value) ([]byte, *badRecord) {
	if v.IsNull() {
		return append(to, "null"...), nil
	}
	var logical format.LogicalTypeValue
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	switch kind := logical.(type) {
	case *format.TimestampType:
		return quote(to, instant(v.Int64(), kind)), nil
	case *format.DateType:
		return quote(to, time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)), nil
	case *format.DecimalType:
		return decimal(to, v, int(kind.Scale))
	case *format.IntType:
		if !kind.IsSigned {
			return strconv.AppendUint(to, unsigned(v), 10), nil
		}
	case *format.UUIDType:
		if b := v.ByteArray(); len(b) == 16 {
			return quote(to, fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])), nil
		}
	}
	return physical(to, v)
}

func unsigned(v parquet.Value) uint64 {
	if v.Kind() == parquet.Int32 {
		return uint64(v.Uint32())
	}
	return v.Uint64()
}

func physical(to []byte, v parquet.Value) ([]byte, *badRecord) {
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.AppendBool(to, v.Boolean()), nil
	case parquet.Int32:
		return strconv.AppendInt(to, int64(v.Int32()), 10), nil
	case parquet.Int64:
		return strconv.AppendInt(to, v.Int64(), 10), nil
	case parquet.Float:
		return real(to, float64(v.Float()), 32), nil
	case parquet.Double:
		return real(to, v.Double(), 64), nil
	case parquet.Int96:
		return quote(to, fromInt96(v.Int96()).Format(time.RFC3339Nano)), nil
	}
	if b := v.ByteArray(); utf8.Valid(b) {
		return quote(to, string(b)), nil
	}
	return nil, &badRecord{"bytes that are no text", "text in UTF-8; leave the column out of the file", ""}
}

// real writes a number. What is no number is missing, as the programs that write such
// files mean it.
func real(to []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(to, "null"...)
	case math.IsInf(f, 0):
		return quote(to, strconv.FormatFloat(f, 'g', -1, bits))
	}
	return strconv.AppendFloat(to, f, 'f', -1, bits)
}

// instant writes a timestamp: with Z when it is one, else the local time it is.
func instant(n int64, t *format.TimestampType) string {
	at := time.UnixMicro(n)
	switch t.Unit.Value.(type) {
	case *format.MilliSeconds:
		at = time.UnixMilli(n)
	case *format.NanoSeconds:
		at = time.Unix(0, n)
	}
	if t.IsAdjustedToUTC {
		return at.UTC().Format(time.RFC3339Nano)
	}
	return at.UTC().Format("2006-01-02T15:04:05.999999999")
}

// fromInt96 reads the form of old writers: nanoseconds of a Julian day.
func fromInt96(v deprecated.Int96) time.Time {
	const epoch = 2440588 // the Julian day of 1970-01-01
	nanos := int64(uint64(v[1])<<32 | uint64(v[0]))
	return time.Unix((int64(v[2])-epoch)*86400, nanos).UTC()
}

// decimal writes an unscaled whole number with its point, exactly.
func decimal(to []byte, v parquet.Value, scale int) ([]byte, *badRecord) {
	whole := new(big.Int)
	switch v.Kind() {
	case parquet.Int32:
		whole.SetInt64(int64(v.Int32()))
	case parquet.Int64:
		whole.SetInt64(v.Int64())
	default:
		b := v.ByteArray()
		if len(b) == 0 || len(b) > 64 || scale < 0 || scale > 100 {
			return nil, &badRecord{"a decimal that cannot be read", "decimal(p, s) of at most 154 digits", ""}
		}
		whole.SetBytes(b)
		if b[0]&0x80 != 0 { // two's complement
			whole.Sub(whole, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
	}
	digits := new(big.Int).Abs(whole).String()
	if scale > 0 {
		if short := scale + 1 - len(digits); short > 0 {
			digits = strings.Repeat("0", short) + digits
		}
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if whole.Sign() < 0 {
		digits = "-" + digits
	}
	return append(to, digits...), nil
}

func quote(to []byte, s string) []byte {
	out, _ := json.Marshal(s) // a string can always be written
	return append(to, out...)
}
