// Package mapping turns records into facts as a manifest says.
//
// A Mapper is compiled once for a stream: paths become slots, words become
// ready values, constants are parsed. Map then takes one record at a time. A
// record is taken whole or not at all: one bad field rejects it with what was
// found, where and what is allowed, and the next record goes on. Go's standard
// parsers forgive too much for numbers people are judged by (NaN, 0x1p-2, the
// last of two equal keys), so the parsers here are stricter.
package mapping
