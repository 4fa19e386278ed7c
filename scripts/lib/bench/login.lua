-- Opens the login page and leaves: GET /authorize, then GET of its Location, on one connection.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "count.lua")

local count, location = 0, nil

function request()
    if location then
        return wrk.format("GET", location)
    end
    count = count + 1
    return wrk.format("GET", "/authorize?response_type=code&client_id=static-mcp-client-001"
        .. "&redirect_uri=http%3A%2F%2Flocalhost%3A3031%2Fcallback&code_challenge_method=S256"
        .. "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&state=" .. count)
end

function response(_, headers)
    local address = headers["Location"] or headers["location"]
    location = address and address:gsub("^http://[^/]+", "")
end
