#!/bin/sh
# Sees to it that there is a Chromium for the page test: does nothing if there is one, and otherwise
# installs it with the system's package manager, if it may. It never asks a question.
#
#   install-chromium.sh          find it or install it
#   install-chromium.sh --find   only print where it is

set -eu
export LC_ALL=C

find_it() {
    for program in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome-stable google-chrome \
        '/Applications/Chromium.app/Contents/MacOS/Chromium' \
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
        command -v "$program" && return
        [ -z "${CHROMIUM:-}" ] || return 1
    done
    return 1
}

fail() {
    echo "The page test needs Chromium. $1" >&2
    echo "Install it (package chromium in most systems), or set CHROMIUM to the program." >&2
    exit 1
}

if found=$(find_it); then
    [ "${1:-}" != --find ] || echo "$found"
    exit 0
fi
[ -z "${CHROMIUM:-}" ] || fail "CHROMIUM=$CHROMIUM is no program."
[ "${1:-}" != --find ] || fail "There is none on the PATH; \`sh tests/install-chromium.sh\` installs it."

. "$(dirname "$0")/packages.sh"
install_package chromium chromium chromium chromium chromium ||
    fail "Installing it did not work, or takes root or sudo without a password: see above."
find_it >/dev/null || fail "The package manager installed none."
