package store_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/kpid/kpid/internal/pgtest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// TestReaderRole: on PostgreSQL the SQL of a KPI runs as a role that can only
// read facts; a role that could do more is refused.
func TestReaderRole(t *testing.T) {
	dsn := pgtest.Open(t)
	admin, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(t.Context())
	exec := func(statement string) {
		t.Helper()
		if _, err := admin.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	var database string
	if err := admin.QueryRow(t.Context(), "SELECT current_database()").Scan(&database); err != nil {
		t.Fatal(err)
	}
	role := "reader_of_" + database // roles belong to the server, not to a database
	cfg := store.Config{DSN: dsn, Calendar: storetest.Calendar(), Now: func() kpi.Millis { return 0 }, Reader: role}
	if _, err := store.Open(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "there is no role") || !strings.Contains(err.Error(), "CREATE ROLE") {
		t.Fatalf("a role that is not there: %v", err)
	}
	exec("CREATE ROLE " + role + " NOLOGIN")
	t.Cleanup(func() {
		if c, err := pgx.Connect(t.Context(), dsn); err == nil {
			_, _ = c.Exec(t.Context(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
		}
	})
	for _, more := range []string{"ALTER ROLE " + role + " CREATEDB", "GRANT UPDATE ON run TO " + role, "GRANT pg_execute_server_program TO " + role} {
		exec(more)
		if s, err := store.Open(t.Context(), cfg); err == nil {
			_ = s.Close()
			t.Errorf("%s: the role was taken", more)
		}
		exec(map[byte]string{'A': "ALTER ROLE " + role + " NOCREATEDB", 'U': "REVOKE UPDATE ON run FROM " + role, 'p': "REVOKE pg_execute_server_program FROM " + role}[strings.TrimPrefix(more, "GRANT ")[0]])
	}
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !s.Guarded() {
		t.Error("the store does not know that it is guarded")
	}
	none := func(func(...any) error) error { return nil }
	if err := s.Query(t.Context(), "SELECT a.id, COUNT(*) FROM account a JOIN usage_day u ON u.account_id = a.id GROUP BY a.id", nil, none); err != nil {
		t.Errorf("facts cannot be read: %v", err)
	}
	for _, try := range []string{"SELECT * FROM observation", "SELECT * FROM config_version", "SELECT pg_read_file('/etc/hostname')", "SELECT * FROM pg_authid",
		"SELECT query_to_xml('DELETE FROM account_row RETURNING id', true, true, '')", "COPY (SELECT 1) TO PROGRAM 'true'", "CREATE TABLE x (y INT)"} {
		if err := s.Query(t.Context(), try, nil, none); err == nil {
			t.Errorf("KPI SQL may run %s", try)
		}
	}
}
