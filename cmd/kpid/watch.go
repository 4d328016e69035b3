package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long nothing may change in a watched folder before it is read: a file
// that is still being written is no file yet.
const quiet = 2 * time.Second

// watcher runs file sources with watch = true when something changes in their folders.
// It comes on top of the schedule, which is what remains on network drives that tell
// of no change.
type watcher struct {
	sched   *scheduler
	events  *fsnotify.Watcher
	folders map[string][]string // by folder: the sources to run
	changed map[string]bool     // sources that wait for quiet, or for their run to end
}

// watched are the sources whose folders are watched.
func (a *app) watched() []string {
	var ids []string
	for _, s := range a.sources {
		if s.Watch {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// watch runs sources as their folders change, until the context ends. wait is quiet,
// but in tests.
func (s *scheduler) watch(ctx context.Context, wait time.Duration) error {
	if len(s.app.watched()) == 0 {
		return nil
	}
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer events.Close()
	w := &watcher{sched: s, events: events, folders: map[string][]string{}, changed: map[string]bool{}}
	for _, src := range s.app.sources {
		if !src.Watch {
			continue
		}
		dir, err := s.app.cfg.SourcePath(src.Source)
		if err == nil {
			err = w.add(filepath.Clean(dir), src.ID)
		}
		if err != nil {
			s.log.Error("a folder cannot be watched; its source keeps its schedule", "source", src.ID, "err", err)
		}
	}
	return w.run(ctx, wait)
}

// add watches a folder and those in it: the system tells of changes folder by folder.
func (w *watcher) add(dir, id string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if !slices.Contains(w.folders[path], id) {
			w.folders[path] = append(w.folders[path], id)
		}
		return w.events.Add(path)
	})
}

func (w *watcher) run(ctx context.Context, wait time.Duration) error {
	rest := time.NewTimer(wait)
	rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-w.events.Events:
			if w.note(e) {
				rest.Reset(wait)
			}
		case err := <-w.events.Errors: // too much at once, or a folder that is gone
			w.sched.log.Warn("watching folders", "err", err)
			for _, id := range w.sched.app.watched() {
				w.changed[id] = true
			}
			rest.Reset(wait)
		case <-rest.C:
			if w.start(ctx); len(w.changed) > 0 {
				rest.Reset(wait)
			}
		}
	}
}

// note remembers whose folder an event is of; false for one that changes no content.
func (w *watcher) note(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	ids := w.folders[filepath.Dir(e.Name)]
	for _, id := range ids {
		w.changed[id] = true
		if e.Has(fsnotify.Create) {
			if err := w.add(e.Name, id); err != nil && !errors.Is(err, fs.ErrNotExist) {
				w.sched.log.Error("a new folder cannot be watched", "source", id, "folder", e.Name, "err", err)
			}
		}
	}
	return len(ids) > 0 && !strings.HasPrefix(filepath.Base(e.Name), ".")
}

// start runs what has changed and does not run; the others stay noted, since their
// run may have passed the changed file already.
func (w *watcher) start(ctx context.Context) {
	var ids []string
	for id := range w.changed {
		if w.sched.take(id) {
			delete(w.changed, id)
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		slices.Sort(ids)
		w.sched.start(ctx, ids)
	}
}

// take claims a source unless it runs, however short ago it was tried.
func (s *scheduler) take(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[id] {
		return false
	}
	s.running[id], s.tried[id] = true, time.Now()
	return true
}
