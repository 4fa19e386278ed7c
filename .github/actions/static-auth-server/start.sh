#!/usr/bin/env bash
# Installs the program from PACKAGE, starts it with ARGUMENTS, and exports where it is once it accepts connections.
set -euo pipefail

fail() {
    echo "::error::$1"
    exit 1
}

[ "${RUNNER_OS:-Linux}" = Linux ] || fail "static-auth-server is for Linux, and this runner is ${RUNNER_OS:-}"

# Of a folder of its own, so no file of another run is there.
folder="$(mktemp -d "$RUNNER_TEMP/static-auth-server.XXXXXX")"
echo "STATIC_AUTH_SERVER_FOLDER=$folder" >>"$GITHUB_ENV"

program=static-auth-server
if [ -n "$PACKAGE" ]; then
    [ -f "$PACKAGE" ] || fail "there is no file $PACKAGE"
    mkdir "$folder/package" "$folder/bin"
    case "$PACKAGE" in
    *.tar.gz)
        tar -xzf "$PACKAGE" -C "$folder/package" --strip-components 1
        (cd "$folder/package" && sha256sum --check --quiet SHA256SUMS) || fail "$PACKAGE is damaged"
        cp "$folder/package/bin/"* "$folder/bin/"
        ;;
    *.whl)
        python3 -m zipfile -e "$PACKAGE" "$folder/package"
        cp "$folder/package/"*.data/scripts/static-auth-server "$folder/bin/"
        ;;
    *) fail "package is an archive (.tar.gz) or a wheel (.whl), and not $PACKAGE" ;;
    esac
    rm -r "$folder/package"
    chmod 755 "$folder/bin/"*
    echo "$folder/bin" >>"$GITHUB_PATH"
    program="$folder/bin/static-auth-server"
fi
command -v "$program" >/dev/null || fail "static-auth-server is not on the PATH; the input package names a release"

mapfile -t lines <<<"$ARGUMENTS"
arguments=()
for line in "${lines[@]}"; do
    [ -z "$line" ] || arguments+=("$line")
done

ready="$folder/ready.json" log="$folder/server.log"
nohup "$program" --port 0 --ready-file "$ready" "${arguments[@]}" >/dev/null 2>"$log" </dev/null &
server=$!

stopped() {
    "$GITHUB_ACTION_PATH/show-log.sh" "$log"
    fail "$1"
}

end=$((SECONDS + TIMEOUT))
until grep -qs "{\"pid\":$server," "$ready"; do
    kill -0 "$server" 2>/dev/null || stopped "static-auth-server did not start"
    if [ "$SECONDS" -ge "$end" ]; then
        kill -9 "$server"
        stopped "static-auth-server did not get ready in $TIMEOUT s"
    fi
    sleep 0.05
done

# Masks come first: whatever is printed after them is hidden. Secrets of one's own are not in the ready file; the
# variables that the server read them from have them.
FOLDER="$folder" python3 - <<'PYTHON'
import json
import os
import secrets

folder = os.environ["FOLDER"]


def setting(name):
    """A setting that the server read from a variable, or from a file that a variable names."""
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        with open(path) as file:
            return file.read().rstrip("\r\n")
    return ""


with open(f"{folder}/ready.json") as file:
    ready = json.load(file)
user = setting("MCP_STATIC_USER").partition(":")
values = {
    "mcp-url": ready["mcp_url"], "base-url": ready["base_url"], "issuer": ready["issuer"],
    "client-id": ready["client_id"],
    "client-secret": ready.get("client_secret") or setting("MCP_STATIC_CLIENT_SECRET"),
    "username": ready.get("username") or user[0], "password": ready.get("password") or user[2],
}
names = {
    "mcp-url": "MCP_URL", "base-url": "MCP_AUTH_URL", "issuer": "MCP_ISSUER", "client-id": "MCP_CLIENT_ID",
    "client-secret": "MCP_CLIENT_SECRET", "username": "MCP_USERNAME", "password": "MCP_PASSWORD",
}
for name in ("client-secret", "password"):
    for line in values[name].splitlines():
        escaped = line.replace("%", "%25").replace("\r", "%0D")
        print(f"::add-mask::{escaped}")
with open(os.environ["GITHUB_OUTPUT"], "a") as outputs, open(os.environ["GITHUB_ENV"], "a") as environment:
    for name, value in values.items():
        end = secrets.token_hex(16)
        outputs.write(f"{name}<<{end}\n{value}\n{end}\n")
        environment.write(f"{names[name]}<<{end}\n{value}\n{end}\n")
    environment.write(f"STATIC_AUTH_SERVER_PID={ready['pid']}\n")
if not values["client-secret"] or not values["password"]:
    print("::warning::Give secrets as MCP_STATIC_CLIENT_SECRET and MCP_STATIC_USER, then they are masked and exported.")
print(f"static-auth-server: {values['mcp-url']}")
PYTHON
