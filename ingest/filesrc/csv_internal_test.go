package filesrc

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzCSV holds the reader against encoding/csv: a text without mistakes gives
// the same records, and a text with mistakes loses no line without a word.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a,\"b\nc\"\r\n\"x\"\"y\",\n\n,\n", "a,\"b\n1,2\n3,4\n", "a\"b,c\n\"d\",e", "\"a\"b\n", "\"\",\"\"\"\"\n", "\r\n \"a\"\n", "a,b\r", "\"a\r\nb\"\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		std := csv.NewReader(strings.NewReader(text))
		std.FieldsPerRecord = -1
		want, stdErr := std.ReadAll()
		l, err := newLines(strings.NewReader(text), 1<<20)
		if err != nil || strings.HasPrefix(text, "\ufeff") {
			return
		}
		r := &csvReader{lines: l, comma: ","}
		var got [][]string
		lost, last := 0, 0
		for {
			cells, _, no, err := r.fields()
			if err == io.EOF {
				break
			}
			if no <= last {
				t.Fatalf("line %d after line %d", no, last)
			}
			last = no
			if err != nil {
				lost++
				continue
			}
			got = append(got, slices.Clone(cells))
		}
		if stdErr != nil {
			if lost == 0 {
				t.Errorf("encoding/csv says %v, here nothing is lost: %q", stdErr, got)
			}
			return
		}
		if d := cmp.Diff(want, got); d != "" || lost > 0 {
			t.Errorf("%d lost, %s", lost, d)
		}
	})
}
