package main

import (
	"context"
	"errors"
	"sync"
)

// mostKept answers are remembered; beyond that the oldest go.
const mostKept = 500

// keeper remembers what was worked out for a page until the data changes.
type keeper struct {
	mu      sync.Mutex
	version string
	order   []string
	answers map[string]*remembered
}

// remembered is worked out once, by whoever asks first.
type remembered struct {
	once  sync.Once
	value any
	err   error
}

// kept gives the answer to a question of this data version, working it out when it is
// new. A failure is not remembered.
func kept[T any](ctx context.Context, r *reader, question string, work func() (T, error)) (T, error) {
	var none T
	version, err := r.app.store.DataVersion(ctx) // a note changes no number
	if err != nil {
		return none, err
	}
	for {
		a := r.answers.find(version, question)
		a.once.Do(func() { a.value, a.err = work() })
		if a.err == nil {
			return a.value.(T), nil
		}
		r.answers.forget(question, a)
		if ctx.Err() != nil || !errors.Is(a.err, context.Canceled) {
			return none, a.err
		}
		// whoever asked first went away; this reader is still here
	}
}

func (k *keeper) find(version, question string) *remembered {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.version != version || k.answers == nil {
		k.version, k.order, k.answers = version, nil, map[string]*remembered{}
	}
	if a, ok := k.answers[question]; ok {
		return a
	}
	if len(k.order) >= mostKept {
		delete(k.answers, k.order[0])
		k.order = k.order[1:]
	}
	a := &remembered{}
	k.answers[question] = a
	k.order = append(k.order, question)
	return a
}

func (k *keeper) forget(question string, a *remembered) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.answers[question] == a {
		delete(k.answers, question)
		for i, q := range k.order {
			if q == question {
				k.order = append(k.order[:i], k.order[i+1:]...)
				break
			}
		}
	}
}
