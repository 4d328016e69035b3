#!/bin/sh
# cluster.sh COMMAND [ARG...] runs a command beside a PostgreSQL cluster of its
# own and gives it the address in KPID_TEST_PG_DSN. The cluster listens on a unix
# socket in a temporary folder only, is owned by a user without rights when we are
# root (initdb refuses root), and is stopped and removed when the command ends.
# Durability is off: nothing in it outlives the command.
# Exit status 3: there is no PostgreSQL server on this machine.
set -eu

newest() { ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -1; }
bin=$(newest)
if ! [ -x "$bin/initdb" ]; then
    found=$(command -v initdb || true)
    bin=${found%/initdb}
fi
if ! [ -x "$bin/initdb" ]; then
    echo "no PostgreSQL server found (looked for initdb in /usr/lib/postgresql/*/bin, /usr/pgsql-*/bin and PATH)" >&2
    exit 3
fi

# The path of a unix socket may have 107 bytes, so TMPDIR is not used.
dir=$(mktemp -d /tmp/kpid-pg.XXXXXX)
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    chown postgres "$dir"
    chmod 755 "$dir"
    as() { runuser -u postgres -- "$@"; }
fi
stop() {
    as "$bin/pg_ctl" -s -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$dir"
as "$bin/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; exit 1; }
as "$bin/pg_ctl" -s -w -D "$dir/data" -l "$dir/data/server.log" \
    -o "-c listen_addresses= -k $dir -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300" start ||
    { cat "$dir/data/server.log" >&2; exit 1; }
cd "$OLDPWD"

KPID_TEST_PG_DSN="postgres://postgres@/postgres?host=$dir"
export KPID_TEST_PG_DSN
"$@"
