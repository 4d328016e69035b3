// Package report holds what kpid reports of a period as documents that stand on their
// own. A [Pack] is a review whole: what the page shows is what is frozen, compared with a
// later one and printed. A [Document] is any report as headings, paragraphs, tables and
// drawings, from which Markdown, HTML, CSV, and in packages of their own PDF and XLSX,
// are written. Nothing here reads a store or a clock: the same input gives the same
// bytes.
package report
