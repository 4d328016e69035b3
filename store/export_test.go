package store

import "github.com/jmoiron/sqlx"

// Writer is the connection that writes, for tests that try what it refuses.
func (s *Store) Writer() *sqlx.DB { return s.w }
