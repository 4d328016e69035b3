package store

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// fileLock keeps a second process off the same SQLite file. The kernel lets go
// of it when the holder dies; what stays is the text, which tells the next
// process whether the last one ended in order.
type fileLock struct {
	f     *os.File
	dirty bool // the last holder did not release it, and the file was not found whole since
}

func takeLock(path string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("store lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("the store is in use by process %s; stop it first, or serve beside it with kpid serve --read-only", holder(f))
		}
		return nil, fmt.Errorf("store lock: %w", err)
	}
	l := &fileLock{f: f, dirty: holder(f) != "unknown"}
	return l, l.write(fmt.Sprintf("%d\n", os.Getpid()))
}

func holder(f *os.File) string {
	buf := make([]byte, 32)
	n, _ := f.ReadAt(buf, 0)
	if s := strings.TrimSpace(string(buf[:n])); s != "" {
		return s
	}
	return "unknown"
}

func (l *fileLock) write(text string) error {
	if err := l.f.Truncate(0); err != nil {
		return fmt.Errorf("store lock: %w", err)
	}
	_, err := l.f.WriteAt([]byte(text), 0)
	return err
}

// release leaves the text of a dirty lock, so that the next process checks again.
func (l *fileLock) release() error {
	var err error
	if !l.dirty {
		err = l.write("")
	}
	return errors.Join(err, l.f.Close())
}
