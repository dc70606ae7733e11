# Read by the scripts that install what the tests need.
#
#   install_package APT APK DNF PACMAN BREW    installs what is called so there; fails if it may not

install_package() {
    if [ "$(id -u)" = 0 ]; then
        managers='apt-get dnf apk pacman'
        sudo=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        managers='apt-get dnf apk pacman brew'
        sudo='sudo -n'
    else
        managers=brew
        sudo=
    fi
    for manager in $managers; do
        command -v "$manager" >/dev/null || continue
        echo "Installing with $manager." >&2
        # Several packages are several words.
        # shellcheck disable=SC2086
        case $manager in
        apt-get)
            $sudo apt-get update -q &&
                $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $1
            ;;
        apk) $sudo apk add -q $2 ;;
        dnf) $sudo dnf install -q -y $3 ;;
        pacman) $sudo pacman -Sy --noconfirm --needed $4 ;;
        brew) brew install --quiet $5 ;;
        esac </dev/null >&2
        return
    done
    return 1
}
