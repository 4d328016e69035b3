package sqlsrc

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/ingest/httpsrc"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/kpi"
)

// snowflake speaks to Snowflake over its SQL API: a statement, its state as long as it
// runs, and its rows in partitions.
type snowflake struct {
	cfg  Config
	at   map[string]string // account, warehouse, database, schema, role, user
	door *httpsrc.Door
	key  *rsa.PrivateKey // nil: an access token
}

func newSnowflake(cfg Config, at map[string]string) *snowflake { return &snowflake{cfg: cfg, at: at} }

func (s *snowflake) open(string) (*sql.DB, error) {
	if s.cfg.Secrets["token"] == "" {
		if s.at["user"] == "" {
			return nil, errors.New("the key of a user needs user in [sql]")
		}
		var err error
		if s.key, err = rsaKey(s.cfg.Secrets["private_key"]); err != nil {
			return nil, fmt.Errorf("secret private_key: %w; give the key of the user, or an access token as the secret token", err)
		}
	}
	var err error
	s.door, err = httpsrc.NewDoor(httpsrc.DoorConfig{
		Source: s.cfg.Source, Secrets: s.cfg.Secrets, Base: s.cfg.Base, AllowPrivate: s.cfg.AllowPrivate, Clock: s.cfg.Clock,
		Limits: httpsrc.Limits{BodyBytes: 256 << 20},
		HTTP: manifest.HTTP{
			Base:   "https://" + strings.ReplaceAll(strings.ToLower(s.at["account"]), "_", "-") + ".snowflakecomputing.com",
			Rate:   manifest.Rate{PerSecond: 10, Burst: 10},
			Retry:  manifest.Retry{Status: []int{429, 500, 502, 503, 504}, Attempts: 5, After: []string{"Retry-After"}},
			Errors: manifest.Errors{Message: "message", Auth: []int{401, 403}},
		},
	})
	return restDB(s), err
}

// rsaKey reads a key as openssl writes it.
func rsaKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("is no key in PEM (PKCS#8, without a passphrase)")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("cannot be read: it has to be PKCS#8 without a passphrase")
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("is no RSA key")
	}
	return key, nil
}

// headers sign a request. A claim of an hour is made anew for each.
func (s *snowflake) headers() map[string]string {
	kind, token := "PROGRAMMATIC_ACCESS_TOKEN", s.cfg.Secrets["token"]
	if token == "" {
		kind, token = "KEYPAIR_JWT", s.claim(s.door.Clock().Now())
	}
	return map[string]string{"Authorization": "Bearer " + token, "X-Snowflake-Authorization-Token-Type": kind}
}

// claim is a JWT (RFC 7519, RS256) as Snowflake wants it: the account without its
// region, in capitals, and the fingerprint of the public key.
func (s *snowflake) claim(now time.Time) string {
	account, region, _ := strings.Cut(strings.ToUpper(s.at["account"]), ".")
	if region == "GLOBAL" { // what stands behind the dash is none of the account's name there
		account, _, _ = strings.Cut(account, "-")
	}
	user := account + "." + strings.ToUpper(s.at["user"])
	public, err := x509.MarshalPKIXPublicKey(&s.key.PublicKey)
	if err != nil { // of a key that was read it can be written
		return ""
	}
	print := sha256.Sum256(public)
	claims, _ := json.Marshal(map[string]any{"iss": user + ".SHA256:" + base64.StdEncoding.EncodeToString(print[:]), "sub": user,
		"iat": now.Unix(), "exp": now.Add(59 * time.Minute).Unix()})
	enc := base64.RawURLEncoding
	signed := enc.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + enc.EncodeToString(claims)
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, sum[:])
	if err != nil {
		return ""
	}
	return signed + "." + enc.EncodeToString(sig)
}

// flakeResult is what the API answers, as far as it is read.
type flakeResult struct {
	Code, Message   string
	StatementHandle string
	ResultSetMeta   struct {
		NumRows       int64
		RowType       []struct{ Name, Type string }
		PartitionInfo []struct{ RowCount int64 }
	} `json:"resultSetMetaData"`
	Data [][]*string
}

func (s *snowflake) run(ctx context.Context, query string, args []any) (*answer, error) {
	body := map[string]any{
		"statement": query, "timeout": int(s.cfg.Limits.Query / time.Second),
		"warehouse": s.at["warehouse"], "database": s.at["database"], "role": s.at["role"],
		"parameters": map[string]any{"timezone": "UTC", "multi_statement_count": 1, "query_tag": "kpid"},
	}
	if s.at["schema"] != "" {
		body["schema"] = s.at["schema"]
	}
	if bindings := flakeBindings(args); len(bindings) > 0 {
		body["bindings"] = bindings
	}
	// answered at once with a handle, so that a statement can be ended from the start on
	r, err := s.call(ctx, http.MethodPost, "/api/v2/statements", url.Values{"async": {"true"}}, body)
	handle := r.StatementHandle
	for n := 0; err == nil && r.running; n++ {
		if err = s.door.Clock().Sleep(ctx, poll(n)); err == nil {
			r, err = s.call(ctx, http.MethodGet, "/api/v2/statements/"+url.PathEscape(handle), nil, nil)
		}
		if err != nil {
			s.stop(handle)
		}
	}
	if err != nil {
		return nil, err
	}
	r.StatementHandle = handle
	return s.answer(r)
}

// flakeReply is an answer with what its status says.
type flakeReply struct {
	flakeResult
	running bool
}

func (s *snowflake) call(ctx context.Context, method, path string, query url.Values, body map[string]any) (flakeReply, error) {
	var out flakeReply
	a, err := s.door.Ask(ctx, func() httpsrc.Call {
		return httpsrc.Call{Method: method, Path: path, Query: query, Headers: s.headers(), Body: body}
	})
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(a.Body, &out.flakeResult); err != nil {
		return out, fmt.Errorf("the answer is none of a statement: %w", err)
	}
	out.running = a.Status == http.StatusAccepted
	if out.running && out.StatementHandle == "" {
		return out, errors.New("the statement runs and has no handle to ask for it by")
	}
	return out, nil
}

func (s *snowflake) answer(r flakeReply) (*answer, error) {
	meta := r.ResultSetMeta
	out := &answer{part: r.Data, total: meta.NumRows, cancel: func() { s.stop(r.StatementHandle) }}
	if len(meta.RowType) == 0 {
		return nil, errors.New("the statement gives no rows: " + r.Message)
	}
	for _, c := range meta.RowType {
		name := c.Name
		if name == strings.ToUpper(name) { // not quoted: written in any letters
			name = strings.ToLower(name)
		}
		out.columns = append(out.columns, restColumn{name, strings.ToUpper(c.Type)})
	}
	if err := flakeWhole(meta.PartitionInfo, 0, len(r.Data)); err != nil {
		return nil, err
	}
	next := 1
	out.more = func(ctx context.Context) ([][]*string, error) {
		if next >= len(meta.PartitionInfo) {
			return nil, io.EOF
		}
		part, err := s.call(ctx, http.MethodGet, "/api/v2/statements/"+url.PathEscape(r.StatementHandle), url.Values{"partition": {strconv.Itoa(next)}}, nil)
		if err != nil {
			return nil, err
		}
		if err := flakeWhole(meta.PartitionInfo, next, len(part.Data)); err != nil {
			return nil, err
		}
		next++
		return part.Data, nil
	}
	return out, nil
}

// flakeWhole holds a partition against the number of its rows.
func flakeWhole(parts []struct{ RowCount int64 }, n, got int) error {
	if n < len(parts) && parts[n].RowCount != int64(got) {
		return fmt.Errorf("partition %d has %d rows, and %d came", n, parts[n].RowCount, got)
	}
	return nil
}

// stop ends a statement that nobody waits for any more; that it fails does no harm.
func (s *snowflake) stop(handle string) {
	if handle == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, _ = s.call(ctx, http.MethodPost, "/api/v2/statements/"+url.PathEscape(handle)+"/cancel", nil, nil)
}

func (s *snowflake) close() { s.door.Close() }

// flakeBindings are the values of the marks, by number.
func flakeBindings(args []any) map[string]any {
	out := map[string]any{}
	for i, a := range args {
		kind, text := "TEXT", fmt.Sprint(a)
		switch a.(type) {
		case int64:
			kind = "FIXED"
		case float64:
			kind = "REAL"
		}
		out[strconv.Itoa(i+1)] = map[string]any{"type": kind, "value": text}
	}
	return out
}

// readOnly looks at what the role, and those it was granted, may do to tables of the
// database.
func (s *snowflake) readOnly(ctx context.Context, db *sql.DB) error {
	const grant = "; give the user one that may only SELECT: GRANT SELECT ON … TO ROLE KPID_SOURCE"
	var found string
	err := db.QueryRowContext(ctx, `SELECT 'is, or has been granted, ' || ROLE_NAME FROM INFORMATION_SCHEMA.ENABLED_ROLES
		WHERE ROLE_NAME IN ('ACCOUNTADMIN', 'SECURITYADMIN', 'SYSADMIN', 'USERADMIN', 'ORGADMIN')
		UNION ALL SELECT 'may change the table ' || TABLE_SCHEMA || '.' || TABLE_NAME FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES
		WHERE GRANTEE IN (SELECT ROLE_NAME FROM INFORMATION_SCHEMA.ENABLED_ROLES) AND PRIVILEGE_TYPE IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'OWNERSHIP')
		ORDER BY 1 LIMIT 1`).Scan(&found)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("what the role may do cannot be read: %w", err)
	}
	return errors.New("the role " + found + grant)
}

func (s *snowflake) begin(ctx context.Context, db *sql.DB, _ time.Duration) (*sql.Tx, error) {
	return db.BeginTx(ctx, nil)
}

// late is Snowflake's "Statement reached its statement or warehouse timeout".
func (s *snowflake) late(err error) bool { // 408 says the same
	if strings.Contains(err.Error(), "status 408") {
		return true
	}

	return strings.Contains(err.Error(), "000630") || strings.Contains(err.Error(), "warehouse timeout")
}

func (s *snowflake) mark(_ int, instant bool) string {
	if instant {
		return "TO_TIMESTAMP_TZ(?)"
	}
	return "CAST(? AS BIGINT)"
}

func (s *snowflake) form() kpi.SQLForm {
	form := kpi.LocalForm()
	form.Union = true // VALUES stands in FROM only
	return form
}

func (s *snowflake) instant(at time.Time) any { return at.Format("2006-01-02T15:04:05.000Z") }

func (s *snowflake) value(kind string, v any) (string, bool) {
	text, ok := v.(string)
	if !ok {
		return "null", v == nil
	}
	switch kind {
	case "FIXED", "REAL":
		return number(text)
	case "BOOLEAN":
		return strconv.FormatBool(text == "true" || text == "1"), true
	case "DATE":
		days, err := strconv.ParseInt(text, 10, 64)
		return clocked(time.Unix(days*86400, 0), err == nil, time.DateOnly)
	case "TIME":
		at, ok := seconds(text)
		return clocked(at, ok, "15:04:05.999999999")
	case "TIMESTAMP_NTZ":
		at, ok := seconds(text)
		return clocked(at, ok, "2006-01-02T15:04:05.999999999")
	case "TIMESTAMP_LTZ":
		at, ok := seconds(text)
		return clocked(at, ok, time.RFC3339Nano)
	case "TIMESTAMP_TZ":
		instant, _, _ := strings.Cut(text, " ") // behind it stands the zone it was written in
		at, ok := seconds(instant)
		return clocked(at, ok, time.RFC3339Nano)
	case "VARIANT", "OBJECT", "ARRAY":
		return document(text)
	case "BINARY":
		return "null", false
	}
	return quoted(text)
}

// seconds reads "1611871901.123000000" exactly.
func seconds(text string) (time.Time, bool) {
	r, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsAny(text, "/eE") {
		return time.Time{}, false
	}
	whole, part := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	nanos := new(big.Rat).SetFrac(part.Mul(part, big.NewInt(1_000_000_000)), r.Denom())
	if !nanos.IsInt() || !whole.IsInt64() {
		return time.Time{}, false
	}
	return time.Unix(whole.Int64(), nanos.Num().Int64()).UTC(), true
}

func clocked(at time.Time, ok bool, layout string) (string, bool) {
	if !ok {
		return "null", false
	}
	return quoted(at.UTC().Format(layout))
}
