-- Whole flows in sequence on one connection: the arguments name authorize, login or both, one of which returns the
-- code; then the code for tokens, and a refresh.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "count.lua")

local form = { ["Content-Type"] = "application/x-www-form-urlencoded", ["Accept"] = "application/json" }
local redirect = "redirect_uri=http%3A%2F%2Flocalhost%3A3031%2Fcallback"
-- The verifier and challenge of RFC 7636, Appendix B.
local authorization = "response_type=code&client_id=static-mcp-client-001&scope=user&state=xyz"
    .. "&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&" .. redirect
local client = "client_id=static-mcp-client-001&client_secret=your-secret-key-change-this-in-production&"
local code, refresh_token

local known = {
    authorize = function() return wrk.format("GET", "/authorize?" .. authorization) end,
    login = function()
        return wrk.format("POST", "/login", form, authorization .. "&username=demo_user&password=demo_password")
    end,
    redeem = function()
        return wrk.format("POST", "/token", form, client .. "grant_type=authorization_code&code=" .. code
            .. "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&" .. redirect)
    end,
    refresh = function()
        return wrk.format("POST", "/token", form, client .. "grant_type=refresh_token&refresh_token=" .. refresh_token)
    end,
}
local steps, step = {}, 1

function init(arguments)
    for _, name in ipairs(arguments) do steps[#steps + 1] = known[name] end
    steps[#steps + 1] = known.redeem
    steps[#steps + 1] = known.refresh
end

function request()
    return steps[step]()
end

function response(_, headers, body)
    local place = headers["Location"] or headers["location"] or ""
    code = place:match("[?&]code=([^&]+)") or body:match("[?&]code=([^&\"]+)") or code
    refresh_token = body:match('"refresh_token": ?"([^"]+)"') or refresh_token
    step = step % #steps + 1
end
