package dashboards

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi/scorecard"
)

// Of rejected rows: on a page, and in a file.
const (
	rejectedPerPage = 200
	mostRejected    = 100_000
)

// rejectedView lists the rejected rows of a source: what to correct, and where?
type rejectedView struct {
	base
	Source          string
	Headline        string
	Second          string
	Streams, Fields []option
	Filtered        bool
	Rows            []rejectedLine
	Caption         string
	None            string
	Newer, Older    string
	Clear, CSV      string
	AsOf            string
}

type rejectedLine struct {
	RejectedRow
	Remedy string
}

// rejectedOf answers /sources/{id}/rejected.
func (s *server) rejectedOf(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "stream", "field", "after", "before", "format"); err != nil {
		return err
	}
	src, err := s.source(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	q := RejectedQuery{Source: src.ID, Stream: params.Get("stream"), Field: params.Get("field"), Limit: rejectedPerPage}
	switch params.Get("format") {
	case "":
	case "csv":
		q.Limit = mostRejected
		return s.writeRejected(w, r, q)
	default:
		return badRequest("There is no format called "+cut(params.Get("format"), 40)+".", "The format is csv; without one the answer is a page.")
	}
	if q, err = placed(q, params); err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	kinds, err := s.reader.RejectedKinds(r.Context(), src.ID)
	if err != nil {
		return err
	}
	list, err := s.reader.Rejected(r.Context(), q)
	if err != nil {
		return err
	}
	v := newRejected(src, q, kinds, list)
	v.AsOf = stamp(s.reader.Site().Now(), s.reader.Site().Calendar.Zone)
	v.base = s.base(r, "sources", v.Headline)
	return s.page(w, "rejected", v)
}

// placed reads which part of the list is asked for.
func placed(q RejectedQuery, params url.Values) (RejectedQuery, error) {
	var err error
	if q.After, err = placeOf(params, "after"); err != nil {
		return q, err
	}
	if q.Before, err = placeOf(params, "before"); err != nil {
		return q, err
	}
	if q.After > 0 && q.Before > 0 {
		return q, badRequest("A list goes on after one row or ends before one.", "Give after or before, not both.")
	}
	return q, nil
}

func newRejected(src SourceStatus, q RejectedQuery, kinds []RejectedKind, list *RejectedPage) rejectedView {
	here := func(more ...string) string {
		return address("/sources/"+src.ID+"/rejected", append([]string{"stream", q.Stream, "field", q.Field}, more...)...)
	}
	v := rejectedView{Source: src.ID, Filtered: q.Stream+q.Field != "", Clear: "/sources/" + src.ID + "/rejected", CSV: here("format", "csv")}
	all := 0
	for _, k := range kinds {
		all += k.N
	}
	v.Streams = kindOptions("Every stream", q.Stream, kinds, func(k RejectedKind) string { return k.Stream })
	v.Fields = kindOptions("Every field", q.Field, kinds, func(k RejectedKind) string { return k.Field })
	for _, j := range list.Rows {
		v.Rows = append(v.Rows, rejectedLine{j, remedy(src, j)})
	}
	v.say(src.ID, q, all, list)
	if n := len(list.Rows); n > 0 {
		if list.Ahead > 0 {
			v.Newer = here("before", strconv.FormatInt(list.Rows[0].ID, 10))
		}
		if list.Ahead+n < list.Open {
			v.Older = here("after", strconv.FormatInt(list.Rows[n-1].ID, 10))
		}
	}
	return v
}

// say writes the sentences. all is how many rows of the source are open, whatever the
// filter says.
func (v *rejectedView) say(source string, q RejectedQuery, all int, list *RejectedPage) {
	v.Headline = plural(all, "row", "rows") + " of " + source + " " + map[bool]string{true: "is", false: "are"}[all == 1] + " rejected and not counted."
	if all == 0 {
		v.Headline = "No row of " + source + " is rejected."
	}
	var only []string
	if q.Stream != "" {
		only = append(only, "stream "+cut(q.Stream, 80))
	}
	if q.Field != "" {
		only = append(only, "field "+cut(q.Field, 80))
	}
	v.Second = "Each closes by itself when it comes corrected."
	if len(only) > 0 {
		v.Second = "Only " + strings.Join(only, ", ") + ": " + plural(list.Open, "row", "rows") + ". " + v.Second
	}
	switch n := len(list.Rows); {
	case n > 0:
		v.Caption = "rows " + count(list.Ahead+1) + " to " + count(list.Ahead+n) + " of " + count(list.Open) + ", newest first"
	case list.Open > 0:
		v.None = "Nothing is left here: what stood here came corrected."
	case v.Filtered:
		v.None = "No open row matches."
	default:
		v.None = "Nothing is rejected."
	}
}

// kindOptions are the words of one column with how many rows have each. A word that is
// asked for and has no row any more is still among them.
func kindOptions(every, chosen string, kinds []RejectedKind, of func(RejectedKind) string) []option {
	n, words := map[string]int{}, []string{}
	if chosen != "" {
		n[chosen], words = 0, append(words, chosen)
	}
	for _, k := range kinds {
		if _, ok := n[of(k)]; !ok && of(k) != "" {
			words = append(words, of(k))
		}
		n[of(k)] += k.N
	}
	slices.Sort(words)
	out := []option{{"", every, chosen == ""}}
	for _, w := range words {
		out = append(out, option{w, cut(w, 80) + " (" + count(n[w]) + ")", w == chosen})
	}
	return out
}

// remedy says what a person does about a rejected row.
func remedy(src SourceStatus, j RejectedRow) string {
	if src.Connector == "push" {
		return "Correct it where it is sent from and send it again."
	}
	at := strings.LastIndexByte(j.Locator, ':') // of a file its name and the line
	if at > 0 && path.Ext(j.Locator[:at]) != "" {
		return "Correct line " + j.Locator[at+1:] + " of " + j.Locator[:at] + " and deliver the file again."
	}
	return "Correct it in " + src.ID + "; the next run reads what was changed."
}

// rejectedRows answers with the open rejected rows of a source, or of all, as a file.
func (s *server) rejectedRows(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "source"); err != nil {
		return err
	}
	source := params.Get("source")
	if source != "" {
		if _, err := s.source(r, source); err != nil {
			return err
		}
	}
	return s.writeRejected(w, r, RejectedQuery{Source: source, Limit: mostRejected})
}

// writeRejected answers with rejected rows as a file.
func (s *server) writeRejected(w http.ResponseWriter, r *http.Request, q RejectedQuery) error {
	list, err := s.reader.Rejected(r.Context(), q)
	if err != nil {
		return err
	}
	rows := [][]string{{"source", "stream", "row", "field", "found", "allowed", "run", "record"}}
	for _, j := range list.Rows {
		rows = append(rows, []string{scorecard.Inert(j.Source), scorecard.Inert(j.Stream), scorecard.Inert(j.Locator), scorecard.Inert(j.Field),
			scorecard.Inert(j.Found), scorecard.Inert(j.Allowed), strconv.FormatInt(j.Run, 10), scorecard.Inert(j.Body)})
	}
	return writeRows(w, fileName("kpid", "rejected", q.Source), rows)
}
