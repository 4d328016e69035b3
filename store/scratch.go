package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Scratch makes room for a store of a short life. For "sqlite:" that is a folder
// of temporary files, for postgres://… a database beside the one that is named,
// on the same server. With from, the DSN of another scratch store that nobody has
// open, it begins as a copy of that. The DSN goes to Open; remove comes after Close.
func Scratch(ctx context.Context, near, from string) (dsn string, remove func() error, err error) {
	if strings.HasPrefix(near, "sqlite:") {
		return scratchFile(from)
	}
	u, err := url.Parse(near)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", nil, errors.New("store: write sqlite: or postgres://user@host/database")
	}
	template := "template0" // copying template1 fails while anyone is connected to it
	if from != "" {
		t, err := url.Parse(from)
		if err != nil {
			return "", nil, errors.New("store: the dsn to copy is no URL")
		}
		template = strings.TrimPrefix(t.Path, "/")
	}
	name := "kpid_scratch_" + strings.ToLower(rand.Text())
	if err := onServer(ctx, near, "CREATE DATABASE "+name+" TEMPLATE "+pgx.Identifier{template}.Sanitize()); err != nil {
		return "", nil, fmt.Errorf("store: a database for a short while: %w", err)
	}
	u.Path = "/" + name
	return u.String(), func() error {
		// also when the command was interrupted
		return onServer(context.WithoutCancel(ctx), near, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	}, nil
}

func scratchFile(from string) (dsn string, remove func() error, err error) {
	dir, err := os.MkdirTemp("", "kpid-scratch-")
	if err != nil {
		return "", nil, err
	}
	remove = func() error { return os.RemoveAll(dir) }
	path := filepath.Join(dir, "kpid.db")
	if from != "" {
		data, err := os.ReadFile(strings.TrimPrefix(from, "sqlite:"))
		if err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
		if err != nil {
			return "", nil, errors.Join(err, remove())
		}
	}
	return "sqlite:" + path, remove, nil
}

func onServer(ctx context.Context, dsn, statement string) error {
	pc, err := postgresConfig(dsn)
	if err != nil {
		return err
	}
	c, err := pgx.ConnectConfig(ctx, pc)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, statement)
	return errors.Join(err, c.Close(ctx))
}
