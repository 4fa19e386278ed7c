-- tools/call echo. The first argument is a file with a caller per line: a bearer token calls as revision 2026-07-28
-- does, a token and a session's id as 2025-11-25 does. Each request picks one of several callers at random. The second
-- argument is the length of the message, where it is not "hello".
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "count.lua")

local call = [[{"jsonrpc":"2.0","id":%.0f,"method":"tools/call",]]
    .. [["params":{"name":"echo","arguments":{"message":"hello"}%s}}]]
local meta = [[,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",]]
    .. [["io.modelcontextprotocol/clientCapabilities":{},]]
    .. [["io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"}}]]
-- An id is used once per session, even by the next wrk. Each has 14 digits, so that all requests are equally long.
local id = 1e13 + os.time() % 1e6 * 1e7

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, text/event-stream"

-- The request of a caller, in two parts with the id between them.
local function parts(caller, length)
    local token, session = caller:match("^(%S+) ?(%S*)$")
    wrk.headers["Authorization"] = "Bearer " .. token
    if session ~= "" then
        wrk.headers["MCP-Protocol-Version"] = "2025-11-25"
        wrk.headers["Mcp-Session-Id"] = session
        wrk.body = call:format(id, "")
    else
        wrk.headers["MCP-Protocol-Version"] = "2026-07-28"
        wrk.headers["Mcp-Method"] = "tools/call"
        wrk.headers["Mcp-Name"] = "echo"
        wrk.body = call:format(id, meta)
    end
    if length then wrk.body = wrk.body:gsub("hello", ("x"):rep(tonumber(length))) end
    local before, after = wrk.format():match("^(.*\"id\":)%d+(.*)$")
    return { before, after, session }
end

function init(arguments)
    local callers = {}
    for caller in io.lines(arguments[1]) do callers[#callers + 1] = parts(caller, arguments[2]) end
    -- Without this function wrk repeats the same bytes, which leaves more time to the servers.
    if #callers > 1 or callers[1][3] ~= "" then
        request = function()
            local caller = callers[math.random(#callers)]
            id = id + 1
            return caller[1] .. id .. caller[2]
        end
    end
end
