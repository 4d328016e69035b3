package httpsrc

import (
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest/manifest"
)

func TestMatrix(t *testing.T) {
	const reply = `[
		{"metric":{"kpid":"good","journey":"pay"},"values":[[10,"1"],[20,"2"]]},
		{"metric":{"journey":"pay","kpid":"total"},"values":[[20,"4"],[30,"NaN"]]},
		{"metric":{"kpid":"good"},"values":[[20,"7"]]},
		{"metric":{"journey":"pay"},"values":[[20,"9"]]},
		{"metric":{"kpid":"good"},"histograms":[]}]`
	var got []string
	for i, r := range matrix(gjson.Parse(reply), manifest.Matrix{Label: "kpid", Step: 10 * time.Second}) {
		if r.line != i+1 {
			t.Errorf("record %d says that it is %d", i+1, r.line)
		}
		if r.bad != "" {
			got = append(got, r.bad)
			continue
		}
		got = append(got, r.raw)
	}
	want := []string{
		"a series without the label kpid or without values", "a series without the label kpid or without values",
		`{"at":10,"from":0,"good":"1","metric":{"journey":"pay"}}`,
		`{"at":20,"from":10,"good":"2","metric":{"journey":"pay"},"total":"4"}`,
		`{"at":20,"from":10,"good":"7","metric":{}}`,
		`{"at":30,"from":20,"metric":{"journey":"pay"},"total":"NaN"}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
