package dashboards

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
)

// maxRecords is the largest batch of pushed records, in bytes.
const maxRecords = 16 << 20

// Records takes what systems send by themselves.
type Records interface {
	// Take stores the records of a fact, one JSON object a line, whole or not at all.
	// The token says who sends; key is the sender's own for the batch, "" for none. The
	// error is ErrToken, or a *Refused whose text is meant for the sender.
	Take(ctx context.Context, token, fact, key string, body []byte) (Taken, error)
}

// ErrToken is a token that belongs to nobody.
var ErrToken = errors.New("no source has this token")

// Refused is a batch that cannot be taken as a whole.
type Refused struct {
	Status int
	Text   string
}

// Error is the text for the sender.
func (e *Refused) Error() string { return e.Text }

// Taken is what became of a batch.
type Taken struct {
	Source     string          `json:"source"`
	Run        int64           `json:"run"`      // 0 when the key came before
	Repeated   bool            `json:"repeated"` // the key came before with the same records; nothing was stored
	Records    int             `json:"records"`
	New        int             `json:"new"`
	Changed    int             `json:"changed"`
	Same       int             `json:"same"`
	Older      int             `json:"older"` // than what is known; kept as history
	Rejected   int             `json:"rejected"`
	Ignored    []string        `json:"ignored"`    // fields that no column takes
	Rejections []RejectedField `json:"rejections"` // the first of them
}

// RejectedField is one record that was put aside.
type RejectedField struct {
	Line    int    `json:"line"`    // of the batch, from 1
	Locator string `json:"locator"` // what it is listed as until it comes corrected
	Field   string `json:"field"`   // "" when the record could not be taken apart
	Found   string `json:"found"`
	Allowed string `json:"allowed"`
}

// apiRecords takes pushed records.
func (s *server) apiRecords(w http.ResponseWriter, r *http.Request) error {
	if s.records == nil {
		return &pageError{Status: http.StatusServiceUnavailable, Title: "This server only reads.", Detail: "Send records to one that was started without --read-only."}
	}
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer || token == "" {
		return refusedToken(w, "This needs a token.", "Send Authorization: Bearer and the token of a source with connector = \"push\".")
	}
	if kind := r.Header.Get("Content-Encoding"); kind != "" {
		return &pageError{Status: http.StatusUnsupportedMediaType, Title: "The records are encoded as " + cut(kind, 20) + ".", Detail: "Send them as they are, one JSON object a line."}
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > 200 || strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return badRequest("The Idempotency-Key cannot be used.", "Allowed are 1 to 200 printable ASCII characters.")
	}
	body, err := io.ReadAll(r.Body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return &pageError{Status: http.StatusRequestEntityTooLarge, Title: "These are more than 16 MiB of records.", Detail: "Send them in several batches; nothing of this one was stored."}
	case err != nil:
		return badRequest("The records did not arrive in full.", "Nothing was stored; send them again.")
	}
	taken, err := s.records.Take(r.Context(), token, r.PathValue("fact"), key, body)
	var refused *Refused
	switch {
	case errors.Is(err, ErrToken):
		return refusedToken(w, "No source has this token.", "It is the secret token of a source with connector = \"push\".")
	case errors.As(err, &refused):
		return &pageError{Status: refused.Status, Title: refused.Text}
	case err != nil:
		return err
	}
	return writeJSON(w, taken)
}

func refusedToken(w http.ResponseWriter, title, detail string) error {
	w.Header().Set("WWW-Authenticate", "Bearer")
	return &pageError{Status: http.StatusUnauthorized, Title: title, Detail: detail}
}
