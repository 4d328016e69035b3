package sample

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// restated is the week whose run counts were wrong: retries of failed runs had
// been stored as successes. The corrected rows came on 17 September.
var restated = date(2026, 8, 24)

// writeEvents writes one file for the quarter an event was received in, so a
// late row stands in the file of the day it came, and one file of corrections.
func (g *gen) writeEvents(all []event) {
	d := g.dice("eventfile")
	ids := make([]int, len(all))
	for i := range all {
		ids[i] = i
		if d.chance(0.004) && all[i].at.Before(clock.Add(-12*day)) {
			all[i].received = all[i].at.Add(d.days(1.2, 9))
		}
	}
	slices.SortStableFunc(ids, func(a, b int) int { return all[a].received.Compare(all[b].received) })
	files := map[string]*lines{}
	var order []string
	for _, i := range ids {
		e := all[i]
		name := "product/events-" + quarterName(e.received) + ".ndjson.gz"
		f := files[name]
		if f == nil {
			f = g.lines(name)
			files[name], order = f, append(order, name)
		}
		g.writeEvent(f, e, i)
	}
	for _, name := range order {
		f := files[name]
		if name == "product/events-2026Q2.ndjson.gz" {
			g.brokenEvents(f)
		}
		f.close()
		g.sum.Events += f.rows
	}
	g.restate(all)
}

// writeEvent writes one event and its blemishes: some come twice, some come
// twice with another count, and the later loaded one rules.
func (g *gen) writeEvent(f *lines, e event, i int) {
	loaded := e.received.Add(time.Hour)
	f.raw(e.json(i, loaded))
	if e.received.Sub(e.at) > day && i%50 == 0 {
		g.blemish("late", f.path, eventID(i))
	}
	switch {
	case i%1000 == 17:
		f.raw(e.json(i, loaded))
		g.blemish("duplicate", f.path, eventID(i))
	case i%5000 == 29:
		e.count++
		f.raw(e.json(i, loaded.Add(day)))
		g.blemish("conflict", f.path, eventID(i))
	}
}

// brokenEvents are lines no reader can take.
func (g *gen) brokenEvents(f *lines) {
	for _, b := range [][3]string{
		{"bad_line", `"ev-broken-1"`, `{"id":"ev-broken-1","event":"Flow Run Completed","product":"FLOW","context":{"account":"0018d0000`},
		{"bad_date", `"ev-broken-2"`, `{"id":"ev-broken-2","event":"Form Submitted","product":"FORM","context":{"account":"` + g.firm[0].id + `","user":"u1","bot":false},"props":{"count":1,"ok":true},"ts":"04/05/2026 10 Uhr","received":"2026-05-04T10:00:01Z","loaded_at":"2026-05-04T11:00:00Z"}`},
		{"unknown_word", `"ev-broken-3"`, `{"id":"ev-broken-3","event":"flow_run_complete_v2","product":"FLOW","context":{"account":"` + g.firm[0].id + `","user":"u1","bot":false},"props":{"count":1,"ok":true},"ts":"2026-05-04T10:00:00Z","received":"2026-05-04T10:00:01Z","loaded_at":"2026-05-04T11:00:00Z"}`},
	} {
		f.raw([]byte(b[2]))
		g.blemish(b[0], f.path, b[1])
	}
}

// restate writes the Flows rows of the restated week again.
func (g *gen) restate(all []event) {
	f := g.lines("product/events-restated-2026W35.ndjson.gz")
	loaded := date(2026, 9, 17).Add(5 * time.Hour)
	for i, e := range all {
		if e.name != products[0].uses || e.bot || e.at.Before(restated) || !e.at.Before(restated.Add(week)) {
			continue
		}
		if e.ok && i%8 == 0 {
			e.ok = false
			g.blemish("restated", f.path, eventID(i))
		}
		f.raw(e.json(i, loaded))
	}
	f.close()
	g.sum.Events += f.rows
}

func eventID(i int) string { return fmt.Sprintf("ev-%07d", i) }

func (e event) code() string {
	if e.product == labs {
		return scribe.code
	}
	return products[e.product].code
}

// json is written by hand: a quarter of a million lines through encoding/json
// would take most of the generator's time. Nothing in them needs escaping.
func (e event) json(i int, loaded time.Time) []byte {
	b := make([]byte, 0, 300)
	text := func(key, v string) {
		b = append(b, key...)
		b = append(b, v...)
		b = append(b, '"')
	}
	text(`{"id":"`, eventID(i))
	text(`,"event":"`, e.name)
	text(`,"product":"`, e.code())
	if e.account == "" {
		b = append(b, `,"context":{"account":null`...)
	} else {
		text(`,"context":{"account":"`, e.account)
	}
	text(`,"user":"`, e.account+"-u"+strconv.Itoa(e.user))
	b = append(b, `,"bot":`...)
	b = strconv.AppendBool(b, e.bot)
	b = append(b, `},"props":{"count":`...)
	b = strconv.AppendInt(b, int64(e.count), 10)
	b = append(b, `,"ok":`...)
	b = strconv.AppendBool(b, e.ok)
	b = append(b, `},"ts":"`...)
	b = e.at.AppendFormat(b, stamp)
	b = append(b, `","received":"`...)
	b = e.received.AppendFormat(b, stamp)
	b = append(b, `","loaded_at":"`...)
	b = loaded.AppendFormat(b, stamp)
	return append(b, `"}`...)
}
