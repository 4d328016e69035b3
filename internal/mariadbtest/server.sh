#!/bin/sh
# server.sh COMMAND [ARG...] runs a command beside a MariaDB server of its own and
# gives it the path of its socket in KPID_TEST_MARIADB_SOCKET. The server listens on
# that socket in a temporary folder only, is owned by a user without rights when we
# are root, and is stopped and removed when the command ends.
# Exit status 3: there is no MariaDB server on this machine.
set -eu

server=$(command -v mariadbd || command -v mysqld || ls /usr/sbin/mariadbd 2>/dev/null || true)
install=$(command -v mariadb-install-db || command -v mysql_install_db || true)
if [ -z "$server" ] || [ -z "$install" ]; then
    echo "no MariaDB server found (looked for mariadbd and mariadb-install-db)" >&2
    exit 3
fi

# The path of a unix socket may have 107 bytes, so TMPDIR is not used.
dir=$(mktemp -d /tmp/kpid-maria.XXXXXX)
user=$(id -un)
if [ "$(id -u)" = 0 ]; then
    user=mysql
    chown mysql "$dir"
fi
pid=
stop() {
    [ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; } || true
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$install" --no-defaults --user="$user" --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db >"$dir/install.log" 2>&1 ||
    { cat "$dir/install.log" >&2; exit 1; }
"$server" --no-defaults --user="$user" --datadir="$dir/data" --socket="$dir/s" --pid-file="$dir/pid" --skip-networking \
    --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=32M --log-error="$dir/server.log" &
pid=$!
n=0
until [ -S "$dir/s" ] && mariadb-admin --no-defaults --socket="$dir/s" -u root ping >/dev/null 2>&1; do
    n=$((n + 1))
    if [ $n -gt 300 ] || ! kill -0 "$pid" 2>/dev/null; then
        cat "$dir/server.log" >&2
        exit 1
    fi
    sleep 0.1
done
status=0
KPID_TEST_MARIADB_SOCKET="$dir/s" "$@" || status=$?
exit $status
