-- tools/call echo of revision 2026-07-28, with the bearer token given as argument, and perhaps the length of the message.
wrk.method = "POST"
wrk.body = [[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hello"},]]
    .. [["_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",]]
    .. [["io.modelcontextprotocol/clientCapabilities":{},]]
    .. [["io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"}}}}]]
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, text/event-stream"
wrk.headers["MCP-Protocol-Version"] = "2026-07-28"
wrk.headers["Mcp-Method"] = "tools/call"
wrk.headers["Mcp-Name"] = "echo"

function init(arguments)
    wrk.headers["Authorization"] = "Bearer " .. arguments[1]
    if arguments[2] then wrk.body = wrk.body:gsub("hello", ("x"):rep(tonumber(arguments[2]))) end
end

function done(summary)
    local errors = summary.errors
    io.write(string.format('\n{"requests":%d,"seconds":%f,"errors":%d}\n', summary.requests, summary.duration / 1e6,
        errors.status + errors.read + errors.write + errors.connect + errors.timeout))
end
