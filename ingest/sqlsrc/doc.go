// Package sqlsrc reads facts from a company's own database: PostgreSQL and Redshift,
// MySQL and MariaDB, SQLite. A stream is one SELECT of its manifest, whose columns are
// the fields of its records.
//
// Nothing can be written, and it is not our word that keeps it: on SQLite an authorizer
// refuses everything but reading, on the servers a role that may write is refused
// before it is used, for a read-only transaction is lifted by a statement. Each stream
// reads one snapshot, page by page; a query that takes too long is stopped.
//
// Values keep what they are: numbers every digit, times their zone or that they have
// none (written without one, so that the manifest's layout puts them into the company's
// zone), JSON its structure. What is no text, a picture say, puts its record aside.
package sqlsrc
