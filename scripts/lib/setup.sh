# Shared by the scripts beside this folder: sourced, never run. Sets `root` and goes there.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cd "$root"

# The options that build every store in, and the packages they need besides libssl-dev.
every_store=(--traits SQLite,Redis)
# The same and the other traits: the tests and the documentation are of everything.
every_trait=(--traits SQLite,Redis,ServiceLifecycle)
store_packages=(libsqlite3-dev libhiredis-dev)

step() { printf '==> %s\n' "$*" >&2; }

fail() {
    printf '\n%s: %s\n' "${0##*/}" "$1" >&2
    exit "${2:-1}"
}

# Whether an option is among the arguments that follow it.
has_option() {
    local option="$1" argument
    shift
    for argument in "$@"; do
        [ "$argument" != "$option" ] || return 0
    done
    return 1
}

# Puts a Swift toolchain on the PATH; searches the folders that installers use.
find_swift() {
    local folder
    if ! type -P swift >/dev/null; then
        for folder in "$HOME/.local/share/swiftly/bin" "$HOME/.swiftly/bin" /opt/swift/usr/bin \
            /usr/local/swift/usr/bin /usr/share/swift/usr/bin; do
            if [ -x "$folder/swift" ]; then
                PATH="$folder:$PATH"
                break
            fi
        done
    fi
    type -P swift >/dev/null || fail "this needs a Swift 6.2 toolchain or newer, and there is no 'swift' here.
Get one from https://www.swift.org/install/linux/ (it has packages for Debian 12), then run this again."

    local version
    version="$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | head -1 | grep -oE '[0-9.]+$' || true)"
    if [ "$(printf '%s\n' 6.2 "$version" | sort -V | head -1)" != 6.2 ]; then
        fail "$(type -P swift) is Swift ${version:-unknown}; this needs 6.2 or newer.
Get one from https://www.swift.org/install/linux/, then run this again."
    fi
}

# Runs a command of Swift. SwiftPM hands several traits to the compiler in the order of a set, which is another one from
# run to run, and half of the times compiles everything anew; tests keep their random hashing.
swift() {
    case "${1:-}" in
    build | package) SWIFT_DETERMINISTIC_HASHING=1 command swift "$@" ;;
    *) command swift "$@" ;;
    esac
}

# Installs missing Debian packages: as root, by sudo when it asks for no password, otherwise tells the reader how.
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
    apt_get update
    apt_get install -y --no-install-recommends "${missing[@]}"
}

# Runs apt-get by the command in `as`, and waits while another program has an exclusive lock: on the package lists, the
# archives or dpkg. A machine that has just started often installs its updates. apt itself waits for dpkg only, and only
# when told to; it takes its locks before it changes anything, so it can simply be run again.
apt_get() {
    local log busy told='' end=$((SECONDS + ${APT_PATIENCE:-900}))
    log="$(mktemp)"
    until "${as[@]}" env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=2 "$@" \
        >"$log" 2>&1 </dev/null; do
        busy="$(sed -nE \
            -e 's/.*Could not get lock ([^ ]+[^ .])\.? It is held by process ([0-9]+( \([^)]*\))?).*/\1 is held by process \2/p' \
            -e 's/.*Could not get lock ([^ ]+[^ .])\.? - open \(11: .*/\1 is held by another program/p' \
            -e 's/.*Unable to acquire the dpkg frontend lock \(([^)]*)\), is another process.*/\1 is held by another program/p' \
            -e 's/.*Unable to lock the administration directory \(([^)]*)\), is another process.*/\1 is held by another program/p' \
            -e 's/.*dpkg frontend lock was locked by another process( with pid [0-9]+)?.*/dpkg is run by another program\1/p' \
            "$log" | head -1)"
        if [ -z "$busy" ] || [ "$SECONDS" -ge "$end" ]; then
            cat "$log" >&2
            rm -f "$log"
            fail "this failed: apt-get $*${busy:+
$busy, and that did not change in ${APT_PATIENCE:-900} s. Run this again when it has ended.}"
        fi
        # One message for each lock: apt cannot always name the process that has it.
        [ "${busy%% is *}" = "$told" ] || step "waiting: $busy"
        told="${busy%% is *}"
        sleep 1
    done
    rm -f "$log"
}

# Runs a command and shows its output only when it fails.
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

# Makes a Python environment with exactly the packages of a requirements file, or reuses the one for the same file.
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

# Unpacks the source distribution that a requirements file names by its hash, or reuses the one for the same file.
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
