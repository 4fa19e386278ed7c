#!/usr/bin/env bash
# Prints the verdict of the server that start.sh started into the summary of the job, and stops the server.
set -euo pipefail

if [ -z "${STATIC_AUTH_SERVER_PID:-}" ] || [ -z "${MCP_AUTH_URL:-}" ]; then
    echo "::error::no server was started: use this action with mode: start before"
    exit 1
fi
folder="$STATIC_AUTH_SERVER_FOLDER"
log="$folder/server.log"

options=(--url "$MCP_AUTH_URL")
[ -z "${REQUIRE:-}" ] || options+=(--require "$REQUIRE")
status=0
static-auth-server report "${options[@]}" >"$folder/report.txt" 2>"$folder/report.err" || status=$?
static-auth-server report "${options[@]}" --format junit >"$folder/report.xml" 2>/dev/null || true
static-auth-server report "${options[@]}" --format markdown >"$folder/report.md" 2>/dev/null || true
kill "$STATIC_AUTH_SERVER_PID" 2>/dev/null || true

# 0: no rule was broken. 1: one was. 2: there was no client. Everything else: there is no report.
case "$status" in
0) headline="The MCP clients broke no rule." ;;
1) headline="An MCP client broke a rule." ;;
2) headline="No MCP client was seen." ;;
*)
    "$GITHUB_ACTION_PATH/show-log.sh" "$log" "$folder/report.err"
    echo "::error::static-auth-server gave no report (exit code $status); it may have ended before"
    echo "static-auth-server gave no report." >>"$GITHUB_STEP_SUMMARY"
    exit 1
    ;;
esac
echo "report=$folder/report.xml" >>"$GITHUB_OUTPUT"

{
    printf '%s\n\n' "$headline"
    cat "$folder/report.md"
} >>"$GITHUB_STEP_SUMMARY"
cat "$folder/report.txt"

if [ "$status" -eq 1 ] && [ "$STRICT" = true ]; then
    grep -A1 '^FAIL' "$folder/report.txt" | grep -v '^--$' | while IFS= read -r line; do
        echo "::error::${line//%/%25}"
    done
    exit 1
fi
[ "$status" -ne 2 ] || echo "::warning::No MCP client has used static-auth-server."
