package httpsrc

import (
	"context"
	"sync"
	"time"
)

// Clock tells the time of waits, which has nothing to do with the time of the run.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// wall is the machine's clock.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

func (wall) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Pacer keeps the pace of one credential: sources that share it share the limits.
// Safe for concurrent use.
type Pacer struct {
	mu   sync.Mutex
	next map[string]time.Time // by limit: when the next request may go
	hold time.Time            // what the vendor said: nothing before
}

// NewPacer gives a pacer that has seen no request.
func NewPacer() *Pacer { return &Pacer{next: map[string]time.Time{}} }

// reserve takes the next slot of a limit that lets one request through each
// interval, and burst of them at once, and says when that slot is.
func (p *Pacer) reserve(name string, interval time.Duration, burst int, now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now
	if p.hold.After(at) {
		at = p.hold
	}
	if interval <= 0 {
		return at
	}
	// a slot may be taken early by as much as the burst allows
	slot := p.next[name]
	if earliest := now.Add(-interval * time.Duration(max(burst, 1)-1)); slot.Before(earliest) {
		slot = earliest
	}
	p.next[name] = slot.Add(interval)
	if slot.After(at) {
		at = slot
	}
	return at
}

// wait holds every request back until an instant.
func (p *Pacer) wait(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.hold) {
		p.hold = until
	}
}
