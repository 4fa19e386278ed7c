internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The page on which a user logs in and approves or denies a client's request.
struct LoginPage {
    /// The request to approve.
    struct Consent {
        let clientID: String
        let scope: Scope
        let resource: String
        /// The target of the redirect after the decision.
        let redirectURI: String
    }

    /// The target of the form: `/login` with the whole authorization request, so that no state is kept.
    let target: String
    /// The request to approve; nil when it is incomplete.
    let consent: Consent?
    /// The parameters that an incomplete request lacks.
    var missing: [String] = []
    /// The reason why the last attempt failed.
    var failure: String?
    /// The explanation; nil where the client may not get it.
    var explanation: Explanation?
    /// The name that the form contains already.
    var userName = ""
    /// The user whose password is still the default.
    var defaultUser: String?

    func with(failure: String, _ explanation: Explanation?) -> LoginPage {
        var page = self
        page.failure = failure
        page.explanation = explanation
        return page
    }

    func response(_ status: HTTPStatus) -> HTTPResponse {
        Page.response(
            status, title: "Log in",
            """
            <h1>Log in to approve</h1>
            \(summary)
            \(alert)
            <form method="post" action="\(target)">
            <label for="username">User name</label>
            <input id="username" name="username" value="\(userName)" autocomplete="username" autocapitalize="none"
            spellcheck="false" required\(userName.isEmpty ? " autofocus" : "" as HTML)>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password"
            required\(userName.isEmpty ? "" : " autofocus" as HTML)>
            <div class="actions">
            <button class="primary" name="action" value="approve">Approve</button>
            <button name="action" value="deny" formnovalidate>Deny</button>
            </div>
            \(hint)
            </form>
            """)
    }

    private var alert: HTML {
        guard let failure else { return "" }
        return "<p class=\"bad\" role=\"alert\">\(failure)</p>\(explanation?.html ?? "")"
    }

    private var summary: HTML {
        guard let consent else {
            return """
                <p class="bad">This request is not complete, so logging in will not lead anywhere. It lacks:
                \(missing.joined(separator: ", ")).</p>
                <p class="dim">A client opens <code>/authorize</code> with the whole request and is sent here.</p>
                """
        }
        let uri = URI(consent.redirectURI)
        let host =
            uri?.host.map { host in uri?.port.map { "\(host):\($0)" } ?? host } ?? "an application on this device"
        return """
            <p>The client <strong>\(consent.clientID)</strong> asks for access.</p>
            <dl>
            <dt>Scopes</dt><dd>\(consent.scope.tokens.map { "<code>\($0)</code> " as HTML })</dd>
            <dt>Resource</dt><dd><code>\(consent.resource)</code></dd>
            <dt>Returns to</dt><dd><strong>\(host)</strong><br><code class="dim">\(consent.redirectURI)</code></dd>
            </dl>
            """
    }

    private var hint: HTML {
        guard let defaultUser else { return "" }
        return """
            <div class="note"><p>The user <code>\(defaultUser)</code> still has the default password.</p>
            <button name="action" value="demo" formnovalidate>Log in as \(defaultUser)</button></div>
            """
    }
}
