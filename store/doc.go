// Package store keeps facts, runs, observations and verdicts in SQLite (the
// default) or PostgreSQL, through sqlx and nothing else.
//
// Exported methods own their transactions; unexported ones that write take a
// tx. One schema serves both databases (package comment of migrate.go), and the
// suite in storetest holds both to the same behaviour.
package store
