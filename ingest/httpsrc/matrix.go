package httpsrc

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
)

// moment is what series with the same other labels say of one instant.
type moment struct {
	at     gjson.Result
	labels map[string]json.RawMessage
	values map[string]json.RawMessage // by what the label says
}

// matrix turns the series of a range query into records: of each instant and set of
// labels one, {"from": 1782000000, "at": 1782086400, "metric": {...}, "good": "12",
// "total": "13"}, where the values are called what their series' label says. A value
// that is not there stays missing: no series is not zero. From is a step of so many
// seconds before, whatever the clocks did in between.
func matrix(series gjson.Result, m manifest.Matrix) []record {
	label := m.Label
	var out []record
	found := map[string]*moment{}
	var order []*moment
	for _, one := range series.Array() {
		name := one.Get("metric." + gjson.Escape(label)).String()
		if name == "" || !one.Get("values").IsArray() || mapping.CheckJSON([]byte(one.Raw)) != nil {
			out = append(out, record{raw: one.Raw, bad: "a series without the label " + label + " or without values"})
			continue
		}
		labels := map[string]json.RawMessage{}
		one.Get("metric").ForEach(func(key, value gjson.Result) bool {
			if key.String() != label {
				labels[key.String()] = json.RawMessage(value.Raw)
			}
			return true
		})
		key, err := json.Marshal(labels)
		if err != nil {
			out = append(out, record{raw: one.Raw, bad: err.Error()})
			continue
		}
		for _, pair := range one.Get("values").Array() {
			at := pair.Get("0")
			id := string(key) + " " + at.Raw
			then := found[id]
			if then == nil {
				then = &moment{at: at, labels: labels, values: map[string]json.RawMessage{}}
				found[id], order = then, append(order, then)
			}
			then.values[name] = json.RawMessage(pair.Get("1").Raw)
		}
	}
	slices.SortStableFunc(order, func(a, b *moment) int { return cmp.Compare(a.at.Num, b.at.Num) })
	for _, one := range order {
		one.values["metric"], _ = json.Marshal(one.labels) // of RawMessages that were checked
		one.values["at"] = json.RawMessage(one.at.Raw)
		one.values["from"] = json.RawMessage(strconv.FormatFloat(one.at.Num-m.Step.Seconds(), 'f', -1, 64))
		raw, err := json.Marshal(one.values)
		if err != nil {
			out = append(out, record{raw: one.at.Raw, bad: err.Error()})
			continue
		}
		out = append(out, record{raw: string(raw)})
	}
	for i := range out {
		out[i].line = i + 1
	}
	return out
}
