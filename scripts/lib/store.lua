-- What a store is asked to do, by the first argument: legacy (calls in a session), token (client_credentials), introspect,
-- or login (log in, redeem, refresh: for one connection). What follows is the bearer token, and the session of the calls.
local credentials = "client_id=static-mcp-client-001&client_secret=your-secret-key-change-this-in-production"
local form = { ["Content-Type"] = "application/x-www-form-urlencoded", ["Accept"] = "application/json" }
local step, code, refresh_token = 1, nil, nil
local steps = {
    function()
        return "/login", "response_type=code&client_id=static-mcp-client-001"
            .. "&redirect_uri=http%3A%2F%2Flocalhost%3A3031%2Fcallback&code_challenge_method=S256"
            .. "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&username=demo_user&password=demo_password"
    end,
    function()
        return "/token", credentials .. "&grant_type=authorization_code&code=" .. code
            .. "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    end,
    function()
        return "/token", credentials .. "&grant_type=refresh_token&refresh_token=" .. refresh_token
    end,
}

function init(arguments)
    if arguments[1] == "legacy" then
        local headers = {
            ["Content-Type"] = "application/json", ["Accept"] = "application/json, text/event-stream",
            ["Authorization"] = "Bearer " .. arguments[2], ["Mcp-Session-Id"] = arguments[3],
        }
        local call = wrk.format("POST", "/mcp", headers, [[{"jsonrpc":"2.0","id":1,"method":"tools/call",]]
            .. [["params":{"name":"echo","arguments":{"message":"hello"}}}]])
        request = function() return call end
    elseif arguments[1] == "token" then
        local call = wrk.format("POST", "/token", form, credentials .. "&grant_type=client_credentials")
        request = function() return call end
    elseif arguments[1] == "introspect" then
        local call = wrk.format("POST", "/introspect", form, credentials .. "&token=" .. arguments[2])
        request = function() return call end
    else
        request = function()
            local path, body = steps[step]()
            return wrk.format("POST", path, form, body)
        end
        response = function(_, _, body)
            code = body:match("[?&]code=([^&\"]+)") or code
            refresh_token = body:match('"refresh_token":"([^"]+)"') or refresh_token
            step = step % #steps + 1
        end
    end
end

function done(summary)
    local errors = summary.errors
    io.write(string.format('\n{"requests":%d,"seconds":%f,"errors":%d}\n', summary.requests, summary.duration / 1e6,
        errors.status + errors.read + errors.write + errors.connect + errors.timeout))
end
