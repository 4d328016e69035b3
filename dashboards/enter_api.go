package dashboards

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// receiptAnswer says what became of an entry.
type receiptAnswer struct {
	Kind      string `json:"kind"`
	ID        string `json:"id"`
	Portfolio string `json:"portfolio"`
	Author    string `json:"author"`
	Same      bool   `json:"same"` // it was entered before; nothing was written
}

// sentJSON reads one object of texts and the portfolio it is about: the one it names, else
// the first one.
func (s *server) sentJSON(r *http.Request) (map[string]string, kpi.Portfolio, error) {
	if err := only(r.URL.Query()); err != nil {
		return nil, kpi.Portfolio{}, err
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, kpi.Portfolio{}, &pageError{Status: http.StatusUnsupportedMediaType, Title: "The entry is not sent as JSON.", Detail: "Send Content-Type: application/json and one object."}
	}
	typed, err := readEntry(r.Body)
	if err != nil {
		return nil, kpi.Portfolio{}, err
	}
	id := typed["portfolio"]
	if judged := s.reader.Site().Judged; id == "" && len(judged) > 0 {
		id = judged[0]
	}
	p, err := s.portfolio(id)
	return typed, p, err
}

// apiEnter takes one entry as JSON, by the rules of its form. A form of another site
// cannot send JSON without asking first, so none can enter anything here.
func (s *server) apiEnter(w http.ResponseWriter, r *http.Request) error {
	k, ok := kindOfAPI(path.Base(r.URL.Path))
	if !ok {
		return notFound("There is no such entry.")
	}
	if e := s.closed(); e != nil {
		return e
	}
	typed, p, err := s.sentJSON(r)
	if err != nil {
		return err
	}
	site := s.reader.Site()
	var names []string
	for _, f := range k.fields(site, p, &Entered{}, "") {
		names = append(names, f.Name)
	}
	for name := range typed {
		if name != "portfolio" && !slices.Contains(names, name) {
			return badRequest("There is no field called "+cut(name, 40)+".", "The fields are portfolio, "+strings.Join(names, ", ")+".")
		}
	}
	receipt, _, err := s.enter(r, p, k, typed)
	var wrong FieldErrors
	if errors.As(err, &wrong) {
		return &pageError{Status: http.StatusUnprocessableEntity, Title: "The entry cannot be stored as it is.", Detail: "Nothing was stored. " + wrong.Error(), Fields: wrong}
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(receiptAnswer{k.Kind, receipt.ID, p.ID, site.Person.ID, receipt.Same})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if !receipt.Same {
		w.WriteHeader(http.StatusCreated)
	}
	_, _ = w.Write(append(body, '\n')) // the connection is the only thing that can fail here
	return nil
}

// readEntry reads one flat object of texts and numbers, and links as a list of texts; null
// is a field left empty.
func readEntry(from io.Reader) (map[string]string, error) {
	bad := func(detail string) error {
		return badRequest("The entry could not be read.", detail+" Send one JSON object of texts and numbers.")
	}
	body, err := io.ReadAll(from)
	if err != nil {
		return nil, bad("It is longer than 1 MiB or did not arrive in full.")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var raw map[string]any
	if err := dec.Decode(&raw); err != nil || raw == nil {
		return nil, bad("It is no JSON object.")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, bad("Something follows the object.")
	}
	out := map[string]string{}
	for name, v := range raw {
		switch x := v.(type) {
		case nil:
		case string:
			out[name] = strings.TrimSpace(x)
		case json.Number:
			out[name] = x.String()
		case []any: // one a line
			if name != "links" {
				return nil, bad("The field " + cut(name, 40) + " is a list.")
			}
			var lines []string
			for _, v := range x {
				line, ok := v.(string)
				if !ok {
					return nil, bad("The field " + cut(name, 40) + " lists something else than texts.")
				}
				lines = append(lines, line)
			}
			out[name] = strings.Join(lines, "\n")
		default:
			return nil, bad("The field " + cut(name, 40) + " is neither.")
		}
	}
	return out, nil
}
