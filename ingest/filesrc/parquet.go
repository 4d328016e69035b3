package filesrc

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/kpid/kpid/ingest/mapping"
)

// parquetReader gives the rows of a Parquet file as JSON objects: the manifest's paths
// reach into lists and groups as they do in NDJSON. Times keep what the file says of
// them: an instant is written with Z, a local time without a zone.
type parquetReader struct {
	rows   *parquet.GenericReader[any]
	schema parquet.Node
	mapper *mapping.Mapper
	page   [1]parquet.Row
	no     int
	left   int // bytes of records that may still come
	max    int // bytes of one record
}

func (st *stream) parquet(f *os.File) (reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, &brokenFile{found: err.Error(), allowed: "a file that can be read"}
	}
	file, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, &brokenFile{found: err.Error(), allowed: "a Parquet file"}
	}
	left := st.cfg.Limits.StreamBytes - st.inflated
	var size int64
	for _, g := range file.Metadata().RowGroups {
		size += max(0, g.TotalByteSize)
	}
	if st.inflated += size; size > left {
		return nil, &brokenFile{found: fmt.Sprintf("%d bytes of rows", size), allowed: fmt.Sprintf("%d bytes a stream after inflating", st.cfg.Limits.StreamBytes)}
	}
	if err := known(file.Schema(), st.mapper); err != nil {
		return nil, err
	}
	return &parquetReader{
		rows: parquet.NewGenericReader[any](file), schema: file.Schema(), mapper: st.mapper,
		left: int(min(left, math.MaxInt)), max: st.cfg.Limits.RecordBytes,
	}, nil
}

// known refuses a file that lacks a column the manifest needs: nobody could tell a
// renamed column from one that is always empty.
func known(schema *parquet.Schema, m *mapping.Mapper) error {
	var names, missing []string
	for _, f := range schema.Fields() {
		names = append(names, f.Name())
	}
	for _, ref := range m.Needs() {
		name, _, _ := strings.Cut(ref.Path, ".")
		if ref.Scope == 0 && !slices.Contains(names, name) && !slices.Contains(names, strings.ReplaceAll(ref.Path, `\.`, ".")) {
			missing = append(missing, strconv.Quote(name))
		}
	}
	if len(missing) > 0 {
		return &brokenFile{found: "no column " + strings.Join(missing, ", "), allowed: "the columns that the manifest names; the file has: " + strings.Join(names, ", ") + ". Correct the manifest, or set optional = true on what may be missing"}
	}
	return nil
}

// Close ends the reading.
func (r *parquetReader) Close() error { return r.rows.Close() }

func (r *parquetReader) next() (mapping.Record, int, error) {
	n, err := r.rows.ReadRows(r.page[:])
	if n == 0 {
		if err == nil || err == io.EOF {
			return nil, r.no, io.EOF
		}
		return nil, r.no, &brokenFile{r.no + 1, err.Error(), "a Parquet file that can be read to its end"}
	}
	r.no++
	text, bad := parquetRow(r.schema, r.page[0])
	switch {
	case bad != nil:
		return nil, r.no, bad
	case len(text) > r.max:
		return nil, r.no, &badRecord{fmt.Sprintf("a record of %d bytes", len(text)), fmt.Sprintf("%d bytes a record", r.max), string(text[:min(4096, len(text))])}
	}
	if r.left -= len(text); r.left < 0 {
		return nil, r.no, &brokenFile{r.no, "the stream is larger than allowed", "fewer bytes a stream after inflating; split the file"}
	}
	return mapping.NewJSON(string(text), r.mapper.Slots()), r.no, nil
}
