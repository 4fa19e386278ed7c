import HTTPEdge
import OAuth
import Primitives

@testable import FlowRecorder

/// A client whose exchanges are recorded without a server: each call is one request with its answer.
struct RecordedClient {
    var recorder = Recorder(
        secrets: SecretScanner([]), clientIDs: ["client", "other"], resources: KnownResources(own: [], others: []),
        now: { .seconds(1_800_000_000) }, nil)
    /// The user agent of its own requests, and that of its person's browser.
    var agent: String? = "client"
    var browser: String? = "client"
    /// The name that it gives itself in `initialize`.
    var name: String?
    /// The client id in its requests for authorization and tokens.
    var id: String?
    /// The connection that carries its requests, where that is known.
    var connection: Exchange.Connection?
    /// How long ago its requests were answered, by a monotonic clock.
    var age = Duration.zero
    /// What happens while each of its requests is under way.
    var meanwhile: @Sendable () -> Void = {}

    /// Another client of the same server.
    func other(_ agent: String?, name: String? = nil, id: String? = nil) -> RecordedClient {
        RecordedClient(recorder: recorder, agent: agent, browser: browser, name: name, id: id)
    }

    /// Records a request with its answer; returns its number.
    @discardableResult
    func exchange(
        _ endpoint: EndpointName, _ path: String, method: HTTPMethod = .post, query: String? = nil,
        fields: [(String, String)] = [], body: String = "", status: Int, answer: [(String, String)] = [],
        document: String = "", fault: SafeText? = nil
    ) -> Int {
        let number = recorder.journal.begin()
        let isOfBrowser = endpoint == .authorize || endpoint == .login
        let agent = (isOfBrowser ? browser : agent).map { [("User-Agent", $0)] } ?? []
        let type = endpoint == .token || endpoint == .login ? "application/x-www-form-urlencoded" : "application/json"
        let request = HTTPRequest(
            method: method, path: path, query: query, host: nil,
            fields: HTTPFields([("Content-Type", type)] + agent + fields), body: Array(body.utf8),
            peer: "127.0.0.1")
        let response = HTTPResponse(
            HTTPStatus(status),
            fields: HTTPFields(
                answer.contains { $0.0 == "Content-Type" } ? answer : answer + [("Content-Type", "application/json")]),
            body: .bytes(Array(document.utf8)))
        meanwhile()
        recorder.record(
            Exchange(
                number, request, response, endpoint: endpoint, fault: fault, time: .seconds(1_800_000_000 + number),
                began: .now - age, duration: .zero, connection: isOfBrowser ? nil : connection))
        recorder.catchUp()
        return number
    }

    // MARK: - Authorization

    /// Sends an authorization request, with a challenge and state of this name.
    func authorize(_ name: String = "one", scope: String? = nil, status: Int = 303) {
        let location = status < 400 ? [("Location", "/login?state=\(name)")] : []
        exchange(.authorize, "/authorize", method: .get, query: query(name, scope), status: status, answer: location)
    }

    /// Posts the login form.
    func logIn(_ name: String = "one", status: Int = 303) {
        let location = status < 400 ? [("Location", "http://localhost/callback?code=code-\(name)")] : []
        exchange(.login, "/login", query: query(name), status: status, answer: location)
    }

    /// Sends an authorization request that is refused, with an error for the client or for its person only.
    func refuseAuthorization(_ name: String, status: Int, redirectURI: String? = nil) {
        let query = query(name) + (redirectURI.map { "&redirect_uri=\($0)" } ?? "")
        let location = status < 400 ? [("Location", "http://localhost/callback?error=invalid_request")] : []
        exchange(.authorize, "/authorize", method: .get, query: query, status: status, answer: location)
    }

    /// The parameters of an authorization request.
    func parameters(redirectURI: String) -> FormParameters {
        (try? FormParameters(decoding: "client_id=\(id ?? "")&redirect_uri=\(redirectURI)".utf8)) ?? FormParameters()
    }

    /// Denies the request on the login page.
    func deny(_ name: String, scope: String? = nil) {
        exchange(
            .login, "/login", query: query(name, scope), status: 303,
            answer: [("Location", "http://localhost/callback?error=access_denied")])
    }

    private func query(_ name: String, _ scope: String? = nil) -> String {
        let pairs = [("client_id", id), ("scope", scope?.replacing(" ", with: "+"))]
        return pairs.compactMap { name, value in value.map { "\(name)=\($0)" } }
            .reduce("code_challenge=\(name)&state=\(name)") { "\($0)&\($1)" }
    }

    /// Redeems the code of a login.
    func redeem(
        _ name: String = "one", grant: String = "authorization_code", scope: String = "user", status: Int = 200,
        error: String = "invalid_grant", fault: SafeText? = nil
    ) {
        token("grant_type=\(grant)&code=code-\(name)", "access-\(name)", scope, status, error, fault)
    }

    /// Refreshes the token of a login.
    func refresh(
        _ name: String = "one", grant: String = "refresh_token", scope: String = "user", status: Int = 200,
        error: String = "invalid_grant", fault: SafeText? = nil
    ) {
        token("grant_type=\(grant)&refresh_token=refresh-\(name)", "access-\(name)", scope, status, error, fault)
    }

    private func token(
        _ form: String, _ access: String, _ scope: String, _ status: Int, _ error: String, _ fault: SafeText?
    ) {
        let refresh = access.replacing("access", with: "refresh")
        let tokens = """
            {"access_token": "\(access)", "refresh_token": "\(refresh)", "expires_in": 60, "scope": "\(scope)"}
            """
        exchange(
            .token, "/token", body: form + (id.map { "&client_id=\($0)" } ?? ""), status: status,
            document: status == 200 ? tokens : #"{"error": "\#(error)"}"#,
            fault: fault)
    }

    // MARK: - Discovery and messages

    func discover(
        _ endpoint: EndpointName, _ path: String = "/.well-known/x", status: Int = 200, fault: SafeText? = nil
    ) {
        exchange(
            endpoint, path, method: .get, status: status, document: status < 400 ? "{}" : "", fault: fault)
    }

    /// Calls a tool, or another method.
    func call(
        _ tool: String = "echo", method: String = "tools/call", token: String? = "access-one", session: String? = nil,
        status: Int = 200, opens: String? = nil, challenge: String? = nil, error: Int? = nil, fault: SafeText? = nil
    ) {
        let authorization = token.map { [("Authorization", "Bearer \($0)")] } ?? []
        let info = name.map { #", "clientInfo": {"name": "\#($0)", "version": "1"}"# } ?? ""
        let failure = error.map { #"{"error": {"code": \#($0), "message": "no"}}"# } ?? "{}"
        exchange(
            .mcp, "/mcp", fields: authorization + (session.map { [("Mcp-Session-Id", $0)] } ?? []),
            body: #"{"jsonrpc": "2.0", "id": 1, "method": "\#(method)", "params": {"name": "\#(tool)"\#(info)}}"#,
            status: status,
            answer: (opens.map { [("Mcp-Session-Id", $0)] } ?? [])
                + (challenge.map { [("WWW-Authenticate", $0)] } ?? []), document: failure, fault: fault)
    }

    /// A 403 for want of a scope.
    func lackScope(_ scope: String, token: String = "access-one", _ tool: String = "echo") {
        call(tool, token: token, status: 403, challenge: #"Bearer error="insufficient_scope", scope="\#(scope)""#)
    }

    // MARK: - Verdicts

    /// The verdict on a rule, of one client or of all.
    func verdict(on rule: String, client: String? = nil) throws -> String? {
        let document = try recorder.report(ReportSelection(client: client))
        return document.json["rules"]?.array?.first { $0.object?["id"]?.string == rule }?.object?["verdict"]?.string
    }

    /// A flow with its verdict.
    func judged(_ flow: Int = 1) -> JudgedFlow? { recorder.judgedFlow(flow) }

    /// The status of a flow long after its last request.
    func status(_ flow: Int = 1) -> JudgedFlow.Status? { judged(flow)?.status(at: .seconds(1_900_000_000)) }

    /// The kind of each corrected problem and its remedy.
    func recovered(_ flow: Int = 1) -> [String] {
        judged(flow)?.recovered.map { "\($0.kind.rawValue): \($0.correction?.remedy.rawValue ?? "")" } ?? []
    }
}
