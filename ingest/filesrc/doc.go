// Package filesrc reads a folder of CSV or JSON lines, plain or gzipped, and
// delivers them as pages of facts.
//
// Files are read in the order of their names. A file that has not changed since
// it was read to its end is not opened again; one that was interrupted goes on
// after the records already committed; one that changed is read from its start,
// which costs time but does no harm, because rows are stored by key. Streams
// that merge records of an event log hold one row per key in memory until the
// file ends (at most Limits.MergeRows), and start an interrupted file anew; a
// key whose records lie in several files keeps what the last file says.
package filesrc
