// Package tomldoc reads a TOML file into a tree in which every key and value
// remembers its line and column, and hands it out key by key. Whatever nobody
// asked for is an unknown key. A mistake is noted and reading goes on, so that
// one run tells everything that is wrong with a file; decoding into structs
// would stop at the first wrong type and lose the places of the rest.
package tomldoc
