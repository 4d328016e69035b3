// Package httpsrc reads sources over HTTP as their manifests say: it signs, pages,
// paces, retries, takes replies apart and maps their records to facts.
//
// What it promises: nothing of a broken reply counts; a stream's cursor moves only
// with the rows it stands for; a stream is complete only when its end condition
// was seen and every total was reached; no request leaves the base host; no secret
// stands in an address, an error or a log.
package httpsrc
