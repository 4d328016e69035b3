package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/klauspost/compress/zstd"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
)

// unnamed begins the key of a record without one; the rest is the hash of its body.
const unnamed = "#"

// keepRaw keeps what is new of a page's records: one that came before with the same
// body and fields is not written again.
func (p *page) keepRaw(ctx context.Context, in ingest.Page) error {
	if len(in.Raw) == 0 || p.run.replay {
		return nil
	}
	set, err := p.rawFields(ctx, in.Stream, in.Fields)
	if err != nil {
		return err
	}
	type version struct {
		sum    string
		fields int64
	}
	now := map[string]version{}
	bodies := map[string]string{}
	for _, r := range in.Raw {
		sum := sha256.Sum256([]byte(r.Body))
		v := version{hex.EncodeToString(sum[:]), set}
		if r.Key == "" {
			r.Key = unnamed + v.sum
		}
		now[r.Key], bodies[r.Key] = v, r.Body
	}
	pack, err := p.run.packer()
	if err != nil {
		return err
	}
	return chunks(sortedKeys(now), 500, func(keys []string) error {
		var have []struct {
			Key, SHA256 string
			Fields      int64
		}
		err := p.tx.SelectContext(ctx, &have, p.tx.Rebind(`SELECT key, sha256, fields FROM raw_record WHERE source = ? AND stream = ? AND key IN (`+marks(len(keys))+`) ORDER BY seen_at`),
			append([]any{p.run.source, in.Stream}, anys(keys)...)...)
		if err != nil {
			return fmt.Errorf("records that were kept: %w", err)
		}
		last := map[string]version{}
		for _, h := range have {
			last[h.Key] = version{h.SHA256, h.Fields}
		}
		var rows [][]any
		for _, key := range keys {
			if v := now[key]; last[key] != v {
				rows = append(rows, []any{p.run.source, in.Stream, key, int64(p.now), v.sum, pack.EncodeAll([]byte(bodies[key]), nil), p.run.id, v.fields})
			}
		}
		return insertMany(ctx, p.tx, "raw_record", []string{"source", "stream", "key", "seen_at", "sha256", "body", "run", "fields"}, rows,
			"ON CONFLICT (source, stream, key, seen_at) DO UPDATE SET sha256 = excluded.sha256, body = excluded.body, run = excluded.run, fields = excluded.fields")
	})
}

// packer compresses what a run keeps.
func (r *run) packer() (*zstd.Encoder, error) {
	if r.pack != nil {
		return r.pack, nil
	}
	var err error
	r.pack, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	return r.pack, err
}

// rawFields numbers a set of fields.
func (p *page) rawFields(ctx context.Context, stream string, fields []string) (int64, error) {
	text, err := json.Marshal(fields)
	if err != nil {
		return 0, err
	}
	if _, err := p.tx.ExecContext(ctx, p.tx.Rebind("INSERT INTO raw_fields (source, stream, fields) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"), p.run.source, stream, string(text)); err != nil {
		return 0, fmt.Errorf("fields that are kept: %w", err)
	}
	return scalar[int64](ctx, p.tx, "SELECT id FROM raw_fields WHERE source = ? AND stream = ? AND fields = ?", p.run.source, stream, string(text))
}

// RawRecords gives the newest version of records that were kept of a stream, oldest
// first: up to limit of those after another one, the zero value before all.
func (s *Store) RawRecords(ctx context.Context, source, stream string, after ingest.Kept, limit int) ([]ingest.Kept, error) {
	var rows []struct {
		Key    string
		SeenAt kpi.Millis `db:"seen_at"`
		Body   []byte
		Fields string
	}
	err := s.r.SelectContext(ctx, &rows, s.r.Rebind(`SELECT r.key, r.seen_at, r.body, COALESCE(f.fields, '[]') AS fields
		FROM raw_record r LEFT JOIN raw_fields f ON f.id = r.fields
		WHERE r.source = ? AND r.stream = ? AND (r.seen_at, r.key) > (?, ?)
		  AND NOT EXISTS (SELECT 1 FROM raw_record n WHERE n.source = r.source AND n.stream = r.stream AND n.key = r.key AND n.seen_at > r.seen_at)
		ORDER BY r.seen_at, r.key LIMIT ?`), source, stream, int64(after.SeenAt), after.Key, limit)
	if err != nil {
		return nil, fmt.Errorf("records that were kept of %s/%s: %w", source, stream, err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	out := make([]ingest.Kept, 0, len(rows))
	for _, r := range rows {
		body, err := decoder.DecodeAll(r.Body, nil)
		if err != nil {
			return nil, fmt.Errorf("the record %s of %s/%s that was kept: %w", r.Key, source, stream, err)
		}
		k := ingest.Kept{Raw: ingest.Raw{Key: r.Key, Body: string(body)}, SeenAt: r.SeenAt}
		if err := json.Unmarshal([]byte(r.Fields), &k.Fields); err != nil {
			return nil, fmt.Errorf("which fields of %s/%s were kept: %w", source, stream, err)
		}
		out = append(out, k)
	}
	return out, nil
}

// ForgetRaw drops records that were kept before an instant, and says how many.
func (s *Store) ForgetRaw(ctx context.Context, before kpi.Millis) (int64, error) {
	var streams []struct{ Source, Stream string }
	if err := s.r.SelectContext(ctx, &streams, "SELECT DISTINCT source, stream FROM raw_fields ORDER BY source, stream"); err != nil {
		return 0, err
	}
	total := int64(0)
	for _, at := range streams {
		err := s.transact(ctx, func(tx *sqlx.Tx) error {
			res, err := tx.ExecContext(ctx, tx.Rebind("DELETE FROM raw_record WHERE source = ? AND stream = ? AND seen_at < ?"), at.Source, at.Stream, int64(before))
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			total += n
			return err
		})
		if err != nil {
			return total, fmt.Errorf("drop old records of %s/%s: %w", at.Source, at.Stream, err)
		}
	}
	return total, nil
}
