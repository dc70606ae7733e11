#!/bin/sh
# Sees to it that there is a PostgreSQL for the tests: does nothing if a new enough server is here,
# and otherwise installs one with the system's package manager, if it may. It never asks a question
# and never starts a server: the tests run their own.
#
#   install-postgres.sh          find it or install it
#   install-postgres.sh --find   only print the folder of its programs; the tests look for it so too

set -eu
export LC_ALL=C

oldest=15

# The major version of the programs in folder $1; nothing if they are not all there.
version() {
    [ -x "$1/initdb" ] && [ -x "$1/postgres" ] && [ -x "$1/psql" ] || return 0
    "$1/initdb" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9][0-9]*\).*/\1/p'
}

# Prints the first folder with a new enough server among PG_BINDIR or, if that is not set, the PATH;
# else the newest of those in the usual places. On the PATH there may be only a link to initdb.
find_server() {
    if [ -n "${PG_BINDIR:-}" ]; then
        told=$PG_BINDIR
        set --
    else
        told=$PATH
        set -- /usr/lib/postgresql/*/bin /usr/lib/postgresql*/bin /usr/libexec/postgresql* \
            /usr/pgsql-*/bin /usr/local/pgsql*/bin /opt/homebrew/opt/postgresql*/bin \
            /usr/local/opt/postgresql*/bin /home/linuxbrew/.linuxbrew/opt/postgresql*/bin \
            /Applications/Postgres.app/Contents/Versions/*/bin
    fi
    while [ -n "$told" ]; do
        folder=${told%%:*}
        told=${told#"$folder"}
        told=${told#:}
        [ -x "$folder/initdb" ] || continue
        initdb=$(readlink -f "$folder/initdb") || continue
        folder=${initdb%/*}
        found=$(version "$folder")
        if [ "${found:-0}" -ge "$oldest" ]; then
            echo "$folder"
            return
        fi
    done
    newest=$((oldest - 1))
    for folder; do
        found=$(version "$folder")
        if [ "${found:-0}" -gt "$newest" ]; then
            newest=$found
            best=$folder
        fi
    done
    [ "$newest" -ge "$oldest" ] && echo "$best"
}

fail() {
    {
        echo "The tests need the PostgreSQL server, version $oldest or later. $1"
        cat <<HOW
Install it (Debian, Ubuntu: postgresql; Fedora, RHEL: postgresql-server and postgresql; Alpine:
postgresql17 and postgresql17-client; Arch: postgresql; openSUSE: postgresql-server; Homebrew:
postgresql@17), or set PG_BINDIR to the folder that holds initdb, postgres and psql. It need not be
started or set up. Packages of every version for most systems: https://www.postgresql.org/download/
HOW
    } >&2
    exit 1
}

if folder=$(find_server); then
    [ "${1:-}" != --find ] || echo "$folder"
    exit 0
fi
[ -z "${PG_BINDIR:-}" ] || fail "There is none in PG_BINDIR=$PG_BINDIR."
[ "${1:-}" != --find ] || fail "There is none on the PATH or in the usual places;
\`sh tests/install-postgres.sh\` installs it."

has() {
    command -v "$1" >/dev/null 2>&1
}

if [ "$(id -u)" = 0 ]; then
    managers='apt-get dnf apk pacman zypper'
    as_root() { "$@"; }
elif has sudo && sudo -n true 2>/dev/null; then
    managers='apt-get dnf apk pacman zypper brew'
    as_root() { sudo -n "$@"; }
else
    managers=brew
fi

# The newest of the major versions that are read, one a line. Stops if it would not do.
newest() {
    version=$(sort -n | tail -n 1)
    [ -n "$version" ] || fail "This system's own packages offer none."
    [ "$version" -ge "$oldest" ] ||
        fail "The newest that this system's own packages offer is $version, which is too old."
    echo "$version"
}

# From what dnf and zypper tell about a package.
stated() {
    sed -n 's/^Version *: *\([0-9][0-9]*\).*/\1/p'
}

install_with() {
    case $1 in
    apt-get)
        as_root apt-get update -q
        version=$(apt-cache --names-only search '^postgresql-[0-9]+$' |
            sed -n 's/^postgresql-\([0-9]*\) .*/\1/p' | newest) || exit
        # The package would also set up a server of its own, and start it with the machine, if
        # nobody has decided otherwise.
        settings=/etc/postgresql-common/createcluster.conf
        if [ ! -e "$settings" ]; then
            as_root mkdir -p "${settings%/*}"
            printf '%s\n' '# Made by tests/install-postgres.sh of furusu.' 'create_main_cluster = false' |
                as_root tee "$settings" >/dev/null
        fi
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "postgresql-$version"
        ;;
    apk)
        as_root apk update -q
        version=$(apk search -q 'postgresql*' | sed -n 's/^postgresql\([0-9][0-9]*\)$/\1/p' | newest) || exit
        as_root apk add -q "postgresql$version" "postgresql$version-client"
        ;;
    dnf)
        dnf -q info postgresql-server | stated | newest >/dev/null || exit
        as_root dnf install -q -y postgresql-server postgresql
        ;;
    zypper)
        zypper --non-interactive info postgresql-server | stated | newest >/dev/null || exit
        as_root zypper --non-interactive install postgresql-server postgresql
        ;;
    pacman) as_root pacman -Sy --noconfirm --needed postgresql ;;
    brew) brew install --quiet postgresql@17 ;;
    *) false ;;
    esac
}

for manager in $managers; do
    has "$manager" || continue
    echo "Installing PostgreSQL for the tests with $manager." >&2
    install_with "$manager" </dev/null >&2 || fail "Installing it with $manager did not work: see above."
    find_server >/dev/null || fail "What $manager installed is too old or not complete."
    exit 0
done
[ "$managers" != brew ] || fail "Installing it takes root, or sudo without a password."
fail "There is no package manager here that this script knows."
