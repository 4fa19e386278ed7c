internal import HTTPEdge
internal import OAuthServer
internal import Primitives

extension Scenario {
    /// Scenarios of the metadata documents.
    static let discovery = [
        Scenario(
            name: "issuer-slash",
            effect: "The authorization server's metadata names the issuer with a slash at its end.",
            reference: "RFC 8414 §3.3",
            reason: "issuer must be identical to the identifier that the well-known URL was made from; here it differs "
                + "by one character.",
            affected: [
                "opencode#50036", "expo#49054", "metamcp#361", "copilot-cli#4606",
                "modelcontextprotocol/python-sdk#1919",
            ],
            correctClient: "Refuses the metadata and names both spellings.",
            rewrite: { response, request, origin in
                guard request.path == Path.authorizationServerMetadata else { return }
                response.editDocument { $0["issuer"] = .string(origin.text + "/") }
            }),
        Scenario(
            name: "issuer-mismatch",
            effect: "The authorization server's metadata names an issuer on another host.",
            reference: "RFC 8414 §3.3",
            reason: "issuer must be identical to the identifier that the well-known URL was made from, or the metadata "
                + "must not be used.",
            affected: ["atlassian#205", "atlassian#148", "smartbear#682"],
            correctClient: "Refuses the metadata and names both issuers.",
            rewrite: { response, request, _ in
                guard request.path == Path.authorizationServerMetadata else { return }
                response.editDocument { $0["issuer"] = "https://issuer.example.com" }
            }),
        Scenario(
            name: "prm-missing",
            effect: "There is no protected resource metadata, and the challenge does not refer to any.",
            reference: "RFC 9728 §3, MCP 2025-03-26 authorization",
            reason: "MCP requires the document since 2025-06-18; servers of the revision before have only that of the "
                + "authorization server.",
            affected: ["claude-code#3273"],
            correctClient: "Falls back to the metadata of the authorization server at the MCP server's origin.",
            path: { Path.isResourceMetadata($0) ? nil : $0 },
            rewrite: { response, _, _ in response.editChallenge { $0.removingParameter("resource_metadata") } }),
        Scenario(
            name: "prm-root-only",
            effect: "The protected resource metadata is only at the well-known URL without a path, and the challenge "
                + "does not refer to it.",
            reference: "RFC 9728 §3.1, MCP 2025-11-25 authorization",
            reason: "MCP allows the root; a client has to look there after the URL with the path.",
            affected: prmPlaces,
            correctClient: "Tries the URL of the challenge, then the one with the path, then the root.",
            path: { $0 == Path.protectedResourceMetadata ? nil : $0 },
            rewrite: { response, _, _ in response.editChallenge { $0.removingParameter("resource_metadata") } }),
        Scenario(
            name: "prm-path-only",
            effect: "The protected resource metadata is only at the well-known URL with the path, and the challenge "
                + "does not refer to it.",
            reference: "RFC 9728 §3.1",
            reason: "this is where the RFC puts it; nothing requires a document at the root.",
            affected: prmPlaces,
            correctClient: "Tries the URL of the challenge, then the one with the path, then the root.",
            path: { $0 == Path.originMetadata ? nil : $0 },
            rewrite: { response, _, _ in response.editChallenge { $0.removingParameter("resource_metadata") } }),
        Scenario(
            name: "prm-resource-mismatch",
            effect: "The protected resource metadata of /mcp names the origin as its resource.",
            reference: "RFC 9728 §3.3",
            reason: "resource must be identical to the identifier that the well-known URL was made from, or the "
                + "document must not be used.",
            affected: [
                "modelcontextprotocol/python-sdk#1400 (VS Code)", "mcp-auth-proxy#177 (Gemini CLI, Antigravity)",
            ],
            correctClient: "Refuses the document, or warns, and names both values.",
            rewrite: { response, request, origin in
                guard request.path == Path.protectedResourceMetadata else { return }
                response.editDocument { $0["resource"] = .string(origin.text) }
            }),
        Scenario(
            name: "no-resource-metadata",
            effect: "A 401 of /mcp carries the challenge Bearer without any parameter.",
            reference: "RFC 9728 §5.1",
            reason: "resource_metadata is optional; MCP lets a server rely on the well-known URLs alone.",
            affected: ["modelcontextprotocol/inspector", "claude-ai-mcp#134"],
            correctClient: "Looks for the protected resource metadata at the well-known URLs.",
            rewrite: { response, _, _ in
                if response.status == .unauthorized { response.editChallenge { _ in "Bearer" } }
            }),
        Scenario(
            name: "as-path-suffix",
            effect: "The issuer is the origin followed by /mcp, and its metadata is only at "
                + "/.well-known/oauth-authorization-server/mcp.",
            reference: "RFC 8414 §3.1",
            reason: "this is right: the well-known part is inserted before the issuer's path.",
            affected: suffixReports,
            correctClient: "Inserts the well-known part before the path, then tries the two URLs of OpenID Connect.",
            path: lookUp(Path.authorizationServerMetadata + Path.mcp),
            rewrite: { response, request, origin in
                let issuer = origin.text + Path.mcp
                switch request.path {
                case Path.authorizationServerMetadata + Path.mcp:
                    response.editDocument { $0["issuer"] = .string(issuer) }
                case let path where Path.isResourceMetadata(path):
                    response.editDocument { $0["authorization_servers"] = .array([.string(issuer)]) }
                case EndpointPath.authorize.rawValue, Path.login:
                    response.editAuthorizationResponse { $0.replaceIssuer(issuer) }
                default: break
                }
            }),
        Scenario(
            name: "as-openid-only",
            effect: "The authorization server's metadata is only at /.well-known/openid-configuration.",
            reference: "RFC 8414 §5, MCP 2025-11-25 authorization",
            reason: "MCP allows it: a client has to support both kinds of discovery.",
            affected: suffixReports,
            correctClient: "Tries the URL of OAuth, then that of OpenID Connect.",
            path: lookUp("/.well-known/openid-configuration")),
        Scenario(
            name: "wellknown-html",
            effect: "Every path under /.well-known/ answers 200 with an HTML page.",
            reference: "RFC 8414 §3.2, RFC 9728 §3.2",
            reason: "a successful answer must be JSON; an application's catch-all route answers so.",
            affected: ["outline#11572", "claude-code#52158", "datagouv#26"],
            correctClient: "Treats the document as absent, and says so.",
            rewrite: { response, request, _ in
                guard request.path.hasPrefix("/.well-known/") else { return }
                response.become(FaultPreset.page(.ok, "Welcome"))
            }),
        Scenario(
            name: "no-cors",
            effect: "No answer lets the pages of another origin read it, and no preflight allows anything.",
            reference: "WHATWG Fetch, CORS protocol",
            reason: "no specification of OAuth or MCP requires it; a client in a browser cannot do without.",
            affected: ["twenty#19836", "windmill#10535", "typo3#115"],
            correctClient: "In a browser: says that the server does not allow it, and does not call the server down.",
            rewrite: { response, _, _ in
                for (name, _) in response.fields.withPrefix("access-control-") { response.fields.remove(name) }
            }),
        Scenario(
            name: "no-expose",
            effect: "Pages of another origin may read answers, but not WWW-Authenticate, Mcp-Session-Id and "
                + "MCP-Protocol-Version.",
            reference: "WHATWG Fetch, Access-Control-Expose-Headers",
            reason: "no specification of OAuth or MCP requires it; without, a page sees neither challenge nor session.",
            affected: ["twenty#19836", "windmill#10535", "typo3#115"],
            correctClient: "In a browser: looks for the metadata at the well-known URLs, and says that the session id "
                + "cannot be read.",
            rewrite: { response, _, _ in response.fields.remove("Access-Control-Expose-Headers") }),
        Scenario(
            name: "register-advertised-403",
            effect: "The metadata names a registration endpoint, which answers 403 as always.",
            reference: "RFC 7591 §3, RFC 8414 §2",
            reason: "registration_endpoint says that there is one; RFC 7591 lets it refuse.",
            affected: ["vscode#255633", "claude-code#67258"],
            correctClient: "Uses the client id that it was given, and does not register.",
            rewrite: { response, request, origin in
                guard request.path == Path.authorizationServerMetadata else { return }
                response.editDocument {
                    $0["registration_endpoint"] = .string(origin.text + EndpointPath.register.rawValue)
                }
            }),
    ]

    private static let prmPlaces = [
        "modelcontextprotocol/python-sdk#1052", "modelcontextprotocol/python-sdk#1400",
        "modelcontextprotocol/typescript-sdk#2751", "modelcontextprotocol/inspector#675",
    ]
    private static let suffixReports = [
        "modelcontextprotocol/inspector#563", "modelcontextprotocol/inspector#1095",
        "modelcontextprotocol/inspector#2110", "Roo-Code#11874", "modelcontextprotocol/typescript-sdk#545",
        "modelcontextprotocol/typescript-sdk#762",
    ]

    /// Moves the metadata of the authorization server to another path.
    private static func lookUp(_ place: String) -> @Sendable (String) -> String? {
        { path in
            switch path {
            case place: Path.authorizationServerMetadata
            case Path.authorizationServerMetadata: nil
            default: path
            }
        }
    }
}
