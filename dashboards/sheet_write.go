package dashboards

import "context"

// Sheet is one thing that people keep in revisions, as it is typed: an entry of the
// register, an objective, a key result (result) or a milestone.
type Sheet struct {
	Kind      string // entry, objective, result, milestone
	Portfolio string
	Fields    map[string]string // by the names of the form; links one a line
}

// Kept is what stands after a sheet was written.
type Kept struct {
	ID       int64
	Revision int
}

// Write keeps a sheet by the rules of its form, signed by the reader's person: for what
// comes from a file. What says nothing new is not written again. The error is a
// FieldErrors when what was typed cannot be kept.
func Write(ctx context.Context, reader Reader, notes Notes, in Sheet) (Kept, error) {
	s := &server{reader: reader, notes: notes}
	if err := s.mayWrite(); err != nil {
		return Kept{}, err
	}
	k, ok := sheetBy(func(k sheet) bool { return k.Kind == in.Kind })
	if !ok {
		return Kept{}, badRequest("There is no kind called "+cut(in.Kind, 40)+".", "kind is entry, objective, result or milestone.")
	}
	p, err := s.portfolio(in.Portfolio)
	if err != nil {
		return Kept{}, err
	}
	d, err := s.newDesk(ctx, p, k.Page)
	if err != nil {
		return Kept{}, err
	}
	if err := d.knownFields(k, in.Fields); err != nil {
		return Kept{}, err
	}
	stands, _, err := d.write(ctx, k, in.Fields)
	return Kept{stands.said.ID, stands.said.Revision}, err
}
