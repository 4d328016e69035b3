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
// on the same server. The DSN goes to Open; remove comes after Close.
func Scratch(ctx context.Context, near string) (dsn string, remove func() error, err error) {
	if !strings.HasPrefix(near, "postgres") {
		dir, err := os.MkdirTemp("", "kpid-scratch-")
		if err != nil {
			return "", nil, err
		}
		return "sqlite:" + filepath.Join(dir, "kpid.db"), func() error { return os.RemoveAll(dir) }, nil
	}
	u, err := url.Parse(near)
	if err != nil {
		return "", nil, errors.New("store: the postgres dsn is no URL; write postgres://user@host/database")
	}
	name := "kpid_scratch_" + strings.ToLower(rand.Text())
	// template0, because copying template1 fails while anyone is connected to it
	if err := onServer(ctx, near, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", nil, fmt.Errorf("store: a database for a short while: %w", err)
	}
	u.Path = "/" + name
	return u.String(), func() error {
		// also when the command was interrupted
		return onServer(context.WithoutCancel(ctx), near, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	}, nil
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
