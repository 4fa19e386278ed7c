-- Posts a form with the client's credentials; the file that the argument names has its other parameters.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "count.lua")

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Accept"] = "application/json"

function init(arguments)
    wrk.body = "client_id=static-mcp-client-001&client_secret=your-secret-key-change-this-in-production&"
        .. io.lines(arguments[1])()
end
