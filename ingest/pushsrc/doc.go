// Package pushsrc takes records that a system sends by itself, in kpid's own words:
// one fact, its columns by name, one JSON object a line. They go through the same
// checks as records that kpid fetches, and are put aside in the same way.
//
// A batch is stored whole or not at all, together with its answer under the sender's
// key: sent again, it is answered and not stored again.
package pushsrc
