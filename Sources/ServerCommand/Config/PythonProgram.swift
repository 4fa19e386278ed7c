internal import OAuthServer

/// A Python program that logs in, redeems the code and calls a tool, with only the standard library.
struct PythonProgram {
    let server: Instance

    var text: String {
        """
        from base64 import b64encode, urlsafe_b64encode
        from hashlib import sha256
        from json import dumps, load
        from secrets import token_urlsafe
        from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit
        from urllib.request import Request, urlopen

        BASE = \(Quoted.json(server.baseURL))
        RESOURCE = BASE + "/mcp"
        CLIENT_ID = \(Quoted.json(server.clientID))
        CLIENT_SECRET = \(server.secret.map(Quoted.json) ?? "None")
        REDIRECT_URI = \(Quoted.json(server.redirectURI))
        USERNAME, PASSWORD = \(Quoted.json(server.userName)), \(Quoted.json(server.password))


        def post(path, form=None, headers=None, body=None):
            data = body or urlencode(form).encode()
            with urlopen(Request(BASE + path, data, headers or {})) as answer:
                return load(answer)


        # Log in as a person would, but for a program: the login page answers in JSON when it is asked to.
        verifier = token_urlsafe(32)
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        state = token_urlsafe(16)
        answer = post("/login", {
            "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI, "state": state,
            "code_challenge": challenge, "code_challenge_method": "S256", "resource": RESOURCE, "scope": \(Quoted.json(server.scope)),
            "username": USERNAME, "password": PASSWORD,
        }, {"Accept": "application/json"})
        callback = dict(parse_qsl(urlsplit(answer["redirect_to"]).query))
        assert (callback["state"], callback["iss"]) == (state, BASE)

        # Redeem the code.
        form = {
            "grant_type": "authorization_code", "code": callback["code"], "code_verifier": verifier,
            "redirect_uri": REDIRECT_URI, "resource": RESOURCE,
        }
        headers = {}
        \(credentials)
        token = post("/token", form, headers)["access_token"]

        # Call a tool.
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                   "params": {"name": "echo", "arguments": {"message": "hello"}, "_meta": meta}}
        print(dumps(post("/mcp", headers={
            "Authorization": "Bearer " + token, "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28",
            "Mcp-Method": "tools/call", "Mcp-Name": "echo",
        }, body=dumps(message).encode())["result"], indent=2))
        """
    }

    private var credentials: String {
        switch server.authentication {
        case .basic:
            """
            pair = quote_plus(CLIENT_ID) + ":" + quote_plus(CLIENT_SECRET)
            headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
            """
        case .any, .post: #"form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}"#
        case .none: #"form["client_id"] = CLIENT_ID"#
        }
    }
}
