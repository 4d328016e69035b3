package dashboards

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// HeldRun is a run whose listing lost so much that nothing of it was taken away.
type HeldRun struct {
	Run int64
	At  kpi.Millis
	Why string // what is missing, of how many; a line for each kind of row
}

// Holds takes the word of a person that what a run missed is gone for good.
type Holds interface {
	// Accept reads the source again and takes what is missing as gone. It may come back
	// before that is over. The error is ErrReading while the source is read already.
	Accept(ctx context.Context, source string, run int64, by Person) error
}

// ErrReading is a source that is read at this moment.
var ErrReading = errors.New("this source is being read")

// heldView is a run that waits for somebody's word.
type heldView struct {
	Run    string
	When   string
	Why    []string // sentences: what is missing, of how many
	Person Person
	Closed string // why it cannot be accepted here
}

func (s *server) newHeld(site Site, h *HeldRun) *heldView {
	if h == nil {
		return nil
	}
	v := &heldView{Run: strconv.FormatInt(h.Run, 10), When: stamp(h.At, site.Calendar.Zone), Person: site.Person}
	for line := range strings.Lines(h.Why) {
		v.Why = append(v.Why, title(strings.TrimSuffix(strings.TrimSpace(line), "."))+".")
	}
	if e := s.shut(s.holds != nil); e != nil {
		v.Closed = e.Title + " " + e.Detail
	}
	return v
}

// accepted says what became of a run that somebody accepted: what the newest run of
// the source says of itself.
func accepted(run string, past []PastRun) string {
	i := slices.IndexFunc(past, func(p PastRun) bool { return p.Kind == "ingest" })
	if run == "" || i < 0 {
		return ""
	}
	switch last := past[i]; {
	case last.Result == "" || strconv.FormatInt(last.ID, 10) == run: // open, or not even that
		return "Run " + run + " is accepted. Its source is still being read; open this page again in a while."
	case last.Result == "ok" || last.Result == "partial":
		return "Done. " + title(last.Message) + "."
	default:
		return "Run " + run + " is accepted, but its source could not be read to the end: " + strings.ReplaceAll(last.Message, "\n", "; ") + "."
	}
}

// acceptHeld answers POST /sources/{id}/accept: a person says that what a run missed is gone.
func (s *server) acceptHeld(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	src, err := s.source(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	page := "/sources/" + src.ID
	refuse := func(e *pageError) error {
		e.Near = []link{{src.ID, page}}
		return e
	}
	if e := s.shut(s.holds != nil); e != nil {
		return refuse(e)
	}
	if err := r.ParseForm(); err != nil {
		return badRequest("The form could not be read.", "Open the page of the source and send it again.")
	}
	run := r.PostForm.Get("run")
	if n, err := strconv.ParseInt(run, 10, 64); err != nil || n < 1 {
		return refuse(badRequest("There is no run "+cut(run, 40)+".", "run is the number of the run that was held back."))
	}
	if src.Held == nil || strconv.FormatInt(src.Held.Run, 10) != run {
		return refuse(&pageError{Status: http.StatusConflict, Title: "Run " + run + " of " + src.ID + " does not wait for anybody.",
			Detail: "Nothing was taken away. Another run came after it, or it was accepted; the page of the source says how it stands."})
	}
	switch err := s.holds.Accept(r.Context(), src.ID, src.Held.Run, s.reader.Site().Person); {
	case errors.Is(err, ErrReading):
		return refuse(&pageError{Status: http.StatusConflict, Title: src.ID + " is being read at this moment.", Detail: "Nothing was taken away. Open its page when that is over: it may have come whole."})
	case err != nil:
		return err
	}
	http.Redirect(w, r, address(page, "accepted", run), http.StatusSeeOther)
	return nil
}
