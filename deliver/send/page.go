package send

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kpid/kpid/deliver"
)

// Page is a document and the page it was written to before; RemoteID "" is none.
type Page struct {
	deliver.Document
	RemoteID string
}

// Written is where a page stands now.
type Written struct {
	RemoteID string
	URL      string // "" when the other side does not say
	Created  bool
}

// Publisher writes a page, creating it the first time. The error is an *Error.
type Publisher interface {
	Publish(ctx context.Context, p Page) (Written, error)
}

// tries of one request while somebody waits for the page.
const tries = 4

// patient makes a request until it is answered, a few times.
func (h HTTP) patient(ctx context.Context, wait func(context.Context, time.Duration) error, r request, allow ...int) (answer, error) {
	for n := 1; ; n++ {
		a, err := h.do(ctx, r, allow...)
		var e *Error
		if err == nil || !errors.As(err, &e) || e.Final || n == tries {
			return a, err
		}
		if e.After > time.Minute {
			return a, &Error{Text: fmt.Sprintf("%s; it asks for %s, publish again then", e.Text, e.After), After: e.After, Final: true}
		}
		if err := wait(ctx, max(e.After, time.Second<<(n-1))); err != nil {
			return a, later("interrupted", 0)
		}
	}
}

// foreign is a page of the same title that somebody else wrote.
func foreign(title, where string) error {
	return never(fmt.Sprintf("%s has a page titled %q that kpid did not write; it is left as it is: rename it, and publish again", where, title))
}
