#!/bin/sh
# Sees to it that there is Node.js with npm, to bundle GraphiQL and for the page test: does nothing if
# a new enough one is here, and otherwise installs it with the system's package manager, if it may.
# It never asks a question.

set -eu
export LC_ALL=C

oldest=20

fits() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        node -e "process.exit(parseInt(process.versions.node) >= $oldest ? 0 : 1)"
}

fail() {
    echo "Bundling GraphiQL takes Node.js, version $oldest or later, and npm. $1" >&2
    echo "Install them (packages nodejs and npm in most systems) and see that they are on the PATH." >&2
    exit 1
}

! fits || exit 0
. "$(dirname "$0")/packages.sh"
install_package 'nodejs npm' 'nodejs npm' 'nodejs npm' 'nodejs npm' node ||
    fail "Installing them did not work, or takes root or sudo without a password: see above."
fits || fail "What the package manager offers is too old or not complete."
