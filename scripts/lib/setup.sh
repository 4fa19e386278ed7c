# Shared by the scripts beside this folder: sourced, never run. Sets `root` and goes there.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"

# What builds every store in, and what that needs besides libssl-dev.
every_store=(--traits SQLite,Redis)
store_packages=(libsqlite3-dev libhiredis-dev)

step() { printf '==> %s\n' "$*" >&2; }

fail() {
    printf '\n%s: %s\n' "${0##*/}" "$1" >&2
    exit "${2:-1}"
}

# Puts a Swift toolchain on the PATH, looking where installers leave it.
find_swift() {
    local folder
    if ! command -v swift >/dev/null; then
        for folder in "$HOME/.local/share/swiftly/bin" "$HOME/.swiftly/bin" /opt/swift/usr/bin \
            /usr/local/swift/usr/bin /usr/share/swift/usr/bin; do
            if [ -x "$folder/swift" ]; then
                PATH="$folder:$PATH"
                break
            fi
        done
    fi
    command -v swift >/dev/null || fail "this needs a Swift 6.2 toolchain or newer, and there is no 'swift' here.
Get one from https://www.swift.org/install/linux/ (it has packages for Debian 12), then run this again."

    local version
    version="$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | head -1 | grep -oE '[0-9.]+$' || true)"
    if [ "$(printf '%s\n' 6.2 "$version" | sort -V | head -1)" != 6.2 ]; then
        fail "$(command -v swift) is Swift ${version:-unknown}; this needs 6.2 or newer.
Get one from https://www.swift.org/install/linux/, then run this again."
    fi
}

# Installs the Debian packages that are missing: as root, through sudo where it asks no password, else by the reader.
require_packages() {
    command -v dpkg-query >/dev/null || {
        step "this is no Debian; please have the equivalent of: $*"
        return 0
    }
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    local as=()
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || fail "some packages are missing. Please run this line, then try again:

    sudo apt-get update && sudo apt-get install -y ${missing[*]}"
        as=(sudo -n)
    fi
    step "installing ${missing[*]}"
    quietly "${as[@]}" apt-get update
    quietly "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# Runs a command and shows what it printed only when it fails.
quietly() {
    local log
    log="$(mktemp)"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        fail "this failed: $*"
    fi
    rm -f "$log"
}

# Makes a Python environment that holds exactly a requirements file, or keeps the one made for the same file.
python_environment() {
    local folder="$1" requirements="$2"
    if ! cmp -s "$requirements" "$folder/requirements.txt"; then
        step "installing ${requirements##*/} into $folder"
        rm -rf "$folder"
        mkdir -p "$(dirname "$folder")"
        quietly /usr/bin/python3 -m venv "$folder"
        quietly "$folder/bin/pip" install --disable-pip-version-check --no-input -r "$requirements"
        cp "$requirements" "$folder/requirements.txt"
    fi
}

# Unpacks the source distribution that a requirements file names with its hash, or keeps the one of the same file.
python_sources() {
    local environment="$1" requirements="$2" folder="$1/sources"
    if ! cmp -s "$requirements" "$folder/requirements.txt"; then
        step "unpacking what ${requirements##*/} names into $folder"
        rm -rf "$folder"
        mkdir -p "$folder"
        quietly "$environment/bin/pip" download --disable-pip-version-check --no-input --no-deps --no-binary mcp \
            --require-hashes --dest "$folder" -r "$requirements"
        tar -xzf "$folder"/*.tar.gz -C "$folder" --strip-components 1
        cp "$requirements" "$folder/requirements.txt"
    fi
}
