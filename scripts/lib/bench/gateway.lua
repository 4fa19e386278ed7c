-- POST /api/mcp/tool/call echo through the gateway. The first argument is a file with a session's id.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "count.lua")

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

function init(arguments)
    local session = io.lines(arguments[1])()
    wrk.body = ('{"sessionId":"%s","toolName":"echo","toolArgs":{"message":"hello"}}'):format(session)
end
