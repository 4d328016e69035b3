package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	kpid "github.com/kpid/kpid"
	"github.com/kpid/kpid/store/storetest"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs kpid as a shell would. Beside the standard commands a script
// has: query SQL (rows of its store), json FILE KEY... (what is at a path of keys,
// indices and id=value), status N kpid ARGS... (exit status N).
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"query": queryCommand, "json": jsonCommand, "status": statusCommand,
		},
	})
}

// setup writes the address of an empty database where the .toml files of a script say
// @DSN@, the role that SQL of users runs as where they say @READER@, and puts the reference configuration beside the script's files.
func setup(e *testscript.Env) error {
	if err := os.WriteFile(filepath.Join(e.WorkDir, "reference.toml"), []byte(kpid.ReferenceConfig), 0o600); err != nil {
		return err
	}
	path := filepath.Join(e.WorkDir, "config.toml")
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) || !bytes.Contains(text, []byte("@DSN@")) {
		return nil
	}
	if err != nil {
		return err
	}
	t := e.T().(testing.TB)
	dsn := storetest.DSN(t)
	e.Setenv("DSN", dsn)
	reader := ""
	if bytes.Contains(text, []byte("@READER@")) {
		reader = storetest.Reader(t, dsn)
	}
	files, err := filepath.Glob(filepath.Join(e.WorkDir, "*.toml"))
	if err != nil {
		return err
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("@DSN@"), []byte(dsn)), []byte("@READER@"), []byte(reader))
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// queryCommand prints the rows of a statement over the script's store.
func queryCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: query SQL")
	}
	db, err := database(ts.Getenv("DSN"))
	ts.Check(err)
	defer db.Close()
	lines, err := query(db, args[0])
	ts.Check(err)
	for _, l := range lines {
		fmt.Fprintln(ts.Stdout(), l)
	}
}

// jsonCommand prints what a JSON file holds at a path of keys and indices.
func jsonCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: json FILE [KEY...]")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, key := range args[1:] {
		switch at := v.(type) {
		case map[string]any:
			found, ok := at[key]
			if !ok {
				ts.Fatalf("%s has no key %q", args[0], key)
			}
			v = found
		case []any:
			i := slices.IndexFunc(at, func(e any) bool { return named(e, key) })
			if i >= 0 {
				v = at[i]
				continue
			}
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(at) {
				ts.Fatalf("%s: a list of %d has no %q", args[0], len(at), key)
			}
			v = at[i]
		default:
			ts.Fatalf("%s: nothing below %v", args[0], v)
		}
	}
	fmt.Fprintln(ts.Stdout(), strings.TrimSpace(fmt.Sprint(v)))
}

// named says whether an element of a list is the one that key=value picks.
func named(e any, key string) bool {
	field, want, ok := strings.Cut(key, "=")
	m, isMap := e.(map[string]any)
	return ok && isMap && fmt.Sprint(m[field]) == want
}

// statusCommand runs kpid and holds its exit status against the first argument.
func statusCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N kpid ARGS...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}
