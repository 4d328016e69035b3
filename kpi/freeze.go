package kpi

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrNoFreeze says that nothing was frozen under this id.
var ErrNoFreeze = errors.New("there is no such freeze")

// Freeze is a report as it was on the day it was frozen. Whatever comes later, its
// body keeps every byte, and SHA256 proves it.
type Freeze struct {
	ID         string // random, 128 bit in hex
	Portfolio  string
	Period     string // 2026-Q3
	SHA256     string // of Body, in hex
	Body       []byte // the report as JSON; empty where only a list was asked for
	RecordedAt Millis
	By         string // a person's id
}

// Check compares the body with its hash. What differs was changed behind kpid's back
// and must not be shown as what was reported.
func (f Freeze) Check() error {
	if got := Digest(f.Body); got != f.SHA256 {
		return fmt.Errorf("the freeze %s of %s does not match its SHA-256: it was %s and is %s now; restore it from a backup", f.ID, f.Period, f.SHA256, got)
	}
	return nil
}

// Digest is the SHA-256 of a body, in hex.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
