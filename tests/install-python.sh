#!/bin/sh
# Sees to it that there is a Python with venv for the tests of other people's clients: does nothing if a new enough one
# is here, and otherwise installs one with the system's package manager, if it may. It never asks a question.
#
#   install-python.sh          find it or install it
#   install-python.sh --find   only print the program

set -eu
export LC_ALL=C

oldest=11

# Prints the first Python 3.$oldest or later that can make environments with pip in them.
find_python() {
    for name in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
        command -v "$name" >/dev/null 2>&1 || continue
        "$name" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, $oldest))" >/dev/null 2>&1 || continue
        command -v "$name"
        return
    done
    return 1
}

fail() {
    {
        echo "The tests need Python 3.$oldest or later, with venv and ensurepip. $1"
        echo "Install it (Debian, Ubuntu: python3 and python3-venv; Fedora, RHEL, Arch, openSUSE, Alpine: python3;"
        echo "Homebrew: python), or set PYTHON to the program."
    } >&2
    exit 1
}

if program=$(find_python); then
    [ "${1:-}" != --find ] || echo "$program"
    exit 0
fi
[ "${1:-}" != --find ] || fail "There is none on the PATH; \`sh tests/install-python.sh\` installs it."

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

install_with() {
    case $1 in
    apt-get)
        as_root apt-get update -q
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends python3 python3-venv
        ;;
    dnf) as_root dnf install -q -y python3 ;;
    apk) as_root apk add -q python3 ;;
    pacman) as_root pacman -Sy --noconfirm --needed python ;;
    zypper) as_root zypper --non-interactive install python3 ;;
    brew) brew install --quiet python ;;
    *) false ;;
    esac
}

for manager in $managers; do
    has "$manager" || continue
    echo "Installing Python for the tests with $manager." >&2
    install_with "$manager" </dev/null >&2 || fail "Installing it with $manager did not work: see above."
    find_python >/dev/null || fail "What $manager installed is too old or not complete."
    exit 0
done
[ "$managers" != brew ] || fail "Installing it takes root, or sudo without a password."
fail "There is no package manager here that this script knows."
