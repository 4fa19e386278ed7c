extension Rule {
    /// What to change in a client that breaks the rule, in one sentence or two.
    var remedy: String { Self.remedies[id] ?? "Make sure that the client \(title)." }

    static let remedies: [String: String] = [
        "response-type": "Send response_type=code; the implicit and the hybrid flow are gone.",
        "known-client": "Send the client_id of the registration or of the settings, character by character.",
        "registered-redirect":
            "Send a redirect_uri that is registered. Only the port of a loopback URI may differ from the registered one.",
        "pkce-s256":
            "Send code_challenge=base64url(SHA-256(verifier)) without padding, and code_challenge_method=S256.",
        "pkce-fresh": "Draw 32 new random bytes for the verifier of each authorization, a repeated one too.",
        "state-sent": "Send a random state, keep it, and compare it with the one in the answer.",
        "state-fresh": "Draw a new random state for each authorization, and forget it once the answer is there.",
        "state-checked":
            "Compare the state of the answer with the one that was sent, and drop the answer when it is another or missing.",
        "iss-checked":
            "Compare iss of the answer with the issuer of the metadata, character by character, before the code is sent.",
        "resource-authorize":
            "Add resource=URL of the MCP server, as its metadata write it, to the authorization request.",
        "scope-challenge":
            "Take the scope of the challenge in WWW-Authenticate; without one, scopes_supported of the resource's metadata.",
        "scope-step-up":
            "After 403 insufficient_scope begin an authorization with the scopes of its challenge, beside those you have.",
        "resource-metadata":
            "After 401 read the URL in resource_metadata of the challenge; without one, the well-known URL of the MCP server.",
        "server-metadata":
            "Read the metadata of the authorization server that the resource's metadata name, and take the endpoints from there.",
        "no-registration": "Use the client_id that was configured; do not call /register when there is one.",
        "token-form": "Send the parameters in the body as application/x-www-form-urlencoded: no JSON, no query.",
        "auth-one": "Send the secret either in Authorization: Basic or in the body, and not in both.",
        "auth-right":
            "Use a method of token_endpoint_auth_methods_supported. In Basic, percent-encode id and secret before base64.",
        "code-once": "Redeem each code once. When the answer is lost, begin a new authorization.",
        "pkce-verifier": "Keep the verifier with the state of its authorization, and send that one with the code.",
        "redirect-same": "Send the redirect_uri of the authorization request again, character by character.",
        "resource-token": "Add resource=URL of the MCP server to the token request with the code.",
        "resource-same": "Send the resource of the authorization request in the token request as well.",
        "resource-refresh": "Add resource=URL of the MCP server to the refresh as well.",
        "refresh-once": "Let one refresh at a time run for a token; all others wait for its result.",
        "refresh-newest":
            "Keep the refresh token of each answer in place of the one before, before anything else is done.",
        "refresh-no-loop": "After invalid_grant drop the refresh token, and begin an authorization.",
        "token-header": "Send the access token in Authorization: Bearer only; never in a URL or a body.",
        "token-always": "Send Authorization: Bearer with every request to the MCP server: POST, GET and DELETE.",
        "no-retry-storm":
            "After 401 refresh or authorize, after 403 ask for the scope, and only then send the request again.",
        "accept": "Send Accept: application/json, text/event-stream with every POST to the MCP server.",
        "content-type": "Send Content-Type: application/json with every message.",
        "json-rpc": "Send one JSON object with \"jsonrpc\": \"2.0\", and a method of type string.",
        "asked-response": "Send a response only to a request of the server, with its id.",
        "modern-headers": "Write MCP-Protocol-Version, Mcp-Method and Mcp-Name from the same values as the body.",
        "session-sent": "Send the Mcp-Session-Id of the answer to initialize with every request that follows.",
        "version-header": "Send MCP-Protocol-Version with the version that initialize agreed on.",
        "initialized": "Send notifications/initialized after the answer to initialize, before any other request.",
        "session-again": "After 404 for a session, send initialize again without a session id.",
        "session-ended": "Send DELETE with the session's id when the client closes.",
    ]
}
