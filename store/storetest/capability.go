package storetest

import "github.com/kpid/kpid/kpi/fact"

// capabilities: what stands in their JSON, read as relations, whatever shape it has.
func capabilities(b *bench) {
	capability := func(id, rule string, target any) fact.Row {
		return Row(b, "capability", id, Values{"product_id": "flows", "name": id, "class": "core", "active_rule": rule, "target_filter": target})
	}
	deep := ""
	for range 1200 {
		deep += "["
	}
	b.load(
		capability("a", `{"events":["edit","save","edit"],"min_days":3,"min_uses":5,"window_days":90}`, `{"plan":["team","corp","team"],"size_band":"mid"}`),
		capability("b", `{"events":["run"]}`, nil),
		capability("c", `{"events":["run",7,null],"min_days":"9","min_uses":2.5,"window_days":0}`, `{"plan":[],"beta":[true]}`),
		capability("d", `{"events":"run"}`, `["plan"]`),
		capability("e", `null`, `null`),
		capability("f", `["run"]`, `"plan"`),
		capability("g", `{"events":["r\u0000n"]}`, `{"plan":["\u0000"]}`),
		capability("h", `{"events":["run"],"min_uses":1e30}`, `{}`),
		capability("i", `{"events":["run"]}`, `{"x":`+deep+`1`+closed(deep)+`}`),
	)
	events := "SELECT capability_id, event, min_uses, min_days, window_days FROM capability_event WHERE capability_id <> 'g' ORDER BY capability_id, event"
	b.want(events, "a|edit|5|3|90", "a|save|5|3|90", "b|run|2|2|28", "c|run|2|2|28", "h|run|2|2|28", "i|run|2|2|28")
	b.want("SELECT capability_id, attribute, segment FROM capability_target WHERE capability_id NOT IN ('g', 'i') ORDER BY capability_id, attribute, segment",
		"a|plan|plan=corp", "a|plan|plan=team", "a|size_band|size_band=mid", "c|beta|-", "c|plan|-")
	// a NUL or too deep a nesting is not held by both databases; reading goes on all the same
	b.want("SELECT COUNT(DISTINCT capability_id) FROM capability_event WHERE capability_id = 'b'", "1")

	gone := capability("b", `{"events":["run"]}`, nil)
	gone.Gone = ptr(int64(b.now))
	b.load(gone, capability("a", `{"events":["save"]}`, nil))
	b.want(events, "a|save|2|2|28", "c|run|2|2|28", "h|run|2|2|28", "i|run|2|2|28")
}

func closed(brackets string) string {
	out := ""
	for range brackets {
		out += "]"
	}
	return out
}
