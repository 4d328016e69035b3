package filesrc

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/kpid/kpid/ingest/mapping"
)

// maxSheetInMemory is the size of a sheet's text above which it is read from a
// temporary file.
const maxSheetInMemory = 16 << 20

// xlsxReader reads the rows of one sheet below its header, the first row that is not
// empty. Cells are taken as they are stored, not as they are shown: a date that is
// shown as "Jan-26" is still a day, and a rounded number still has its digits.
type xlsxReader struct {
	book  *excelize.File
	rows  *excelize.Rows
	no    int // of the row last read
	names []string
	rec   mapping.CSV
}

func (st *stream) xlsx(f *os.File) (reader, string, error) {
	limit := st.cfg.Limits.StreamBytes - st.inflated
	book, err := excelize.OpenReader(io.LimitReader(f, limit), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: max(limit, 1), UnzipXMLSizeLimit: min(max(limit, 1), maxSheetInMemory),
	})
	if err != nil {
		return nil, "", &brokenFile{found: err.Error(), allowed: fmt.Sprintf("an .xlsx workbook without a password, at most %d bytes after inflating; save an .xls file as .xlsx", max(limit, 0))}
	}
	r := &xlsxReader{book: book}
	sheet, err := st.sheet(book)
	if err == nil {
		err = r.begin(sheet, st)
	}
	if err != nil {
		return nil, sheet, errors.Join(err, r.Close())
	}
	return r, sheet, nil
}

// sheet is the one the manifest names, or the only one that is to be seen.
func (st *stream) sheet(book *excelize.File) (string, error) {
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		return "", &brokenFile{found: "a workbook that counts its days from 1904", allowed: "one that counts from 1900: in the options of Excel, switch the 1904 date system off and correct the dates"}
	}
	all := book.GetSheetList()
	if st.def.Sheet != "" {
		if slices.Contains(all, st.def.Sheet) {
			return st.def.Sheet, nil
		}
		return "", &brokenFile{found: fmt.Sprintf("no sheet %q", st.def.Sheet), allowed: "one of its sheets: " + strings.Join(all, ", ")}
	}
	var seen []string
	for _, name := range all {
		if visible, err := book.GetSheetVisible(name); err == nil && visible {
			seen = append(seen, name)
		}
	}
	if len(seen) != 1 {
		return "", &brokenFile{found: fmt.Sprintf("%d sheets", len(seen)), allowed: `sheet = "..." in the manifest, one of: ` + strings.Join(all, ", ")}
	}
	return seen[0], nil
}

// begin finds the header and the columns in it.
func (r *xlsxReader) begin(sheet string, st *stream) error {
	var err error
	if r.rows, err = r.book.Rows(sheet); err != nil {
		return &brokenFile{found: err.Error(), allowed: "a sheet of cells"}
	}
	header, err := r.row()
	if err == io.EOF {
		return &brokenFile{1, "an empty sheet", "a row with the names of the columns"}
	}
	if err != nil {
		return err
	}
	for _, name := range header {
		r.names = append(r.names, strings.TrimSpace(name))
	}
	if r.rec.Column, err = st.mapper.Columns(r.names); err != nil {
		return &brokenFile{r.no, err.Error(), "the columns that the manifest names"}
	}
	return nil
}

// Close drops the workbook's temporary files.
func (r *xlsxReader) Close() error {
	var err error
	if r.rows != nil {
		err = r.rows.Close()
	}
	return errors.Join(err, r.book.Close())
}

func (r *xlsxReader) next() (mapping.Record, int, error) {
	cells, err := r.row()
	if err != nil {
		return nil, r.no, err
	}
	if len(cells) > len(r.names) {
		column, _ := excelize.ColumnNumberToName(len(r.names) + 1)
		return nil, r.no, &badRecord{fmt.Sprintf("%d cells", len(cells)), fmt.Sprintf("%d cells, as in the header: give column %s a name there, or empty it", len(r.names), column), line(cells)}
	}
	for i, cell := range cells {
		if slices.Contains(cellErrors(), cell) {
			place, _ := excelize.CoordinatesToCellName(i+1, r.no)
			return nil, r.no, &badRecord{fmt.Sprintf("%s in cell %s (%s)", cell, place, r.names[i]), "a value; mend the formula", line(cells)}
		}
		cells[i] = number(cell)
	}
	cells = append(cells, make([]string, len(r.names)-len(cells))...) // empty cells at the end are not stored
	r.rec.Fields, r.rec.Raw = cells, line(cells)
	return &r.rec, r.no, nil
}

// row gives the next row that is not empty, cut after its last cell.
func (r *xlsxReader) row() ([]string, error) {
	for r.rows.Next() {
		r.no++
		cells, err := r.rows.Columns()
		if err != nil {
			return nil, &brokenFile{r.no, err.Error(), "a sheet that can be read to its end"}
		}
		for n := len(cells); n > 0; n-- {
			if strings.TrimSpace(cells[n-1]) != "" {
				return cells[:n], nil
			}
		}
	}
	if err := r.rows.Error(); err != nil {
		return nil, &brokenFile{r.no, err.Error(), "a sheet that can be read to its end"}
	}
	return nil, io.EOF
}

// cellErrors are what a formula leaves that could not be worked out.
func cellErrors() []string {
	return []string{"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
}

// digits a spreadsheet shows of a number; those behind them are of its binary form.
const spreadsheetDigits = 15

// number writes a stored number as it was meant: 0.30000000000000004 is 0.3, and
// 1.5000000000000001E-2 is 0.015. Any other text stays as it is.
func number(cell string) string {
	digits, exponent := 0, false
	for i := range len(cell) {
		switch c := cell[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == 'E' && i+1 < len(cell) && (cell[i+1] == '-' || cell[i+1] == '+'):
			exponent = true
		case c != '.' && c != '-' && c != '+':
			return cell
		}
	}
	if !exponent && (digits <= spreadsheetDigits || !strings.Contains(cell, ".")) {
		return cell
	}
	f, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return cell
	}
	f, err = strconv.ParseFloat(strconv.FormatFloat(f, 'g', spreadsheetDigits, 64), 64)
	if err != nil {
		return cell
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// line is a row as a line of CSV, for the list of what was rejected.
func line(cells []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(cells) // a strings.Builder takes everything
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}
