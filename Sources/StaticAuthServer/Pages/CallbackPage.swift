internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// The page at `/callback`: the parameters of an authorization response, and the command that redeems its code.
///
/// It stands in for a client's own callback when a person tries the flow by hand. It redeems nothing and stores
/// nothing.
struct CallbackPage {
    let origin: String
    let clientID: String
    /// Whether that client has a secret at the token endpoint.
    let hasSecret: Bool
    /// The client without a secret; nil when there is none.
    let publicClientID: String?
    let parameters: FormParameters
    /// Whether the page has buttons that copy.
    let isScripted: Bool

    var response: HTTPResponse {
        if let error = value(.error) { return refused(error) }
        guard let code = value(.code) else { return empty }
        return received(code)
    }

    private var empty: HTTPResponse {
        Page.response(
            .ok, title: "Callback",
            """
            <h1>Nothing to redeem yet</h1>
            <p>An authorization ends here when its <code>redirect_uri</code> is <code>\(origin)\(Path.callback)</code>. Then this
            page shows the <code>code</code>, the <code>state</code> and the <code>iss</code> that came back.</p>
            """)
    }

    private func refused(_ error: String) -> HTTPResponse {
        Page.response(
            .ok, title: "Not authorized",
            """
            <h1>The authorization was refused</h1>
            <dl>
            \(row("error", error))\(row("error_description", value(.errorDescription)))\(row("state", value(.state)))
            \(row("iss", value(.issuer)))
            </dl>
            <p>Your client receives these values at its own redirect URI.</p>
            """)
    }

    private func received(_ code: String) -> HTTPResponse {
        Page.response(
            .ok, title: "Authorized", isScripted: isScripted,
            """
            <h1>The authorization succeeded</h1>
            <p>Your client receives these values at its own redirect URI. It checks <code>state</code> and
            <code>iss</code>, and then redeems the code, once.</p>
            <dl>\(row("code", code, isCopied: true))\(row("state", value(.state)))\(row("iss", value(.issuer)))</dl>
            <h2>Redeem it by hand</h2>
            <div class="copied"><pre id="redemption">\(redemption(of: code))</pre>\(Page.copyButton("redemption"))</div>
            <p class="dim">Set \(secret)<code>CODE_VERIFIER</code> to the
            verifier whose challenge began this authorization.\(publicClient)</p>
            """)
    }

    private var secret: HTML { hasSecret ? "<code>CLIENT_SECRET</code> to the client's secret and " : "" }

    private var publicClient: HTML {
        guard hasSecret, let id = publicClientID else { return "" }
        return """
             A code of the client <code>\(id)</code> is redeemed with
            <code>--data-urlencode \(Self.quoted("client_id=\(id)"))</code> in place of <code>-u</code>.
            """
    }

    private func redemption(of code: String) -> String {
        """
        curl -s \(origin)\(EndpointPath.token.rawValue) \\
          \(credentials) \\
          -d grant_type=authorization_code \\
          -d "code_verifier=$CODE_VERIFIER" \\
          --data-urlencode \(Self.quoted("resource=\(origin)\(Path.mcp)")) \\
          --data-urlencode \(Self.quoted("redirect_uri=\(origin)\(Path.callback)")) \\
          --data-urlencode \(Self.quoted("code=\(code)"))
        """
    }

    private var credentials: String {
        hasSecret
            ? "-u \"\(Self.inDoubleQuotes(clientID)):$CLIENT_SECRET\""
            : "--data-urlencode \(Self.quoted("client_id=\(clientID)"))"
    }

    private func row(_ name: String, _ value: String?, isCopied: Bool = false) -> HTML {
        let button = isCopied ? Page.copyButton("value-\(name)") : ""
        return value.map { "<dt>\(name)</dt><dd><code id=\"value-\(name)\">\($0)</code> \(button)</dd>" } ?? ""
    }

    private func value(_ name: ParameterName) -> String? {
        try? parameters.value(name)
    }

    private static func quoted(_ text: String) -> String { ShellWord.quoted(text) }

    private static func inDoubleQuotes(_ text: String) -> String {
        text.map { #""\$`"#.contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
