internal import MCPCore
internal import OAuth

/// Sends requests to one MCP endpoint and gets tokens as needed.
///
/// MCP 2026-07-28, basic/authorization, "Token Handling" and "Step-Up Authorization Flow". A 401 leads to one refresh
/// and then to one login; a 403 with `insufficient_scope` to a login with more scope. The number of attempts is limited
/// for a server that refuses every time.
actor ProtectedEndpoint {
    private static let stepUpLimit = 2

    let web: WebClient
    private let access: ServerAccess
    /// Headers of the caller, for example of a configuration file.
    private let ownFields: [(name: String, value: String)]
    /// Operations that were still refused with more scope.
    private var hopeless: Set<String> = []

    init(web: WebClient, access: ServerAccess, ownFields: [(name: String, value: String)] = []) {
        self.web = web
        self.access = access
        self.ownFields = ownFields
    }

    private var hasOwnCredentials: Bool { ownFields.contains { $0.name.lowercased() == "authorization" } }

    /// Sends a request until the answer is not a challenge.
    ///
    /// - Parameters:
    ///   - operation: the operation, for remembering that more scope did not help.
    ///   - clock: limits the time until the head of an answer; nil for the usual timeout.
    func open(
        _ method: WebRequest.Method, fields: [(name: String, value: String)], body: [UInt8] = [], operation: String,
        clock: AnswerClock? = nil
    ) async throws -> WebStream {
        let clock = clock ?? AnswerClock(Timeouts(idle: web.limits.timeout, total: nil))
        var token = hasOwnCredentials ? nil : try await access.token()
        var (mayRefresh, mayLogIn, stepUps) = (token != nil, true, 0)
        while true {
            var request = WebRequest(method, access.server.text, fields: fields + ownFields, body: body)
            if Self.isReading(operation) { request.isRepeatable = true }
            if let token { request.fields.append(WebRequest.authorization(token)) }
            clock.restart()
            let stream = try await clock.bound(request.url) { [web, request] in
                try await web.open(request)
            }
            let challenge = stream.head.challenges.first { $0.scheme == Challenge.bearer }
            switch stream.head.status {
            case 401:
                await stream.discard()
                if hasOwnCredentials { throw Self.refusedOwnCredentials(access.server) }
                if mayRefresh, let renewed = try await access.renew(insteadOf: token) {
                    (mayRefresh, token) = (false, renewed)
                } else if mayLogIn {
                    (mayRefresh, mayLogIn) = (false, false)
                    token = try await access.authorize(after: challenge, adding: nil)
                } else {
                    throw Self.refusedNewToken(access.server, challenge)
                }
            case 403 where challenge?["error"] == OAuthError.Code.insufficientScope.rawValue:
                await stream.discard()
                let missing = Scope((challenge?["scope"] ?? "").split(separator: " ").map(String.init))
                guard stepUps < Self.stepUpLimit, !hopeless.contains(operation) else {
                    hopeless.insert(operation)
                    throw Self.refusedScope(access.server, operation, missing)
                }
                stepUps += 1
                token = try await access.authorize(after: challenge, adding: missing)
            default:
                return stream
            }
        }
    }

    /// Whether an operation changes nothing at the server, so that it may be repeated.
    private static func isReading(_ operation: String) -> Bool {
        let methods: [Method] = [.discover, .initialize, .ping]
        return operation.hasSuffix("/list") || methods.contains { $0.rawValue == operation }
    }

    private static func refusedOwnCredentials(_ server: WebAddress) -> ClientError {
        ClientError(
            .authorizationRefused, "\(server.text.withoutQuery) refuses the Authorization header that was given.",
            advice: "Correct it, or remove it and log in.", code: "401")
    }

    private static func refusedNewToken(_ server: WebAddress, _ challenge: Challenge?) -> ClientError {
        let reason = challenge?["error_description"].map { " It says: \($0.printable(300))" } ?? ""
        return ClientError(
            .authorizationRefused,
            "\(server.text.withoutQuery) refuses even a token that was just issued for it.\(reason)",
            advice: "Its operator has to find out why; doctor shows what can be seen from here.", code: "401")
    }

    private static func refusedScope(_ server: WebAddress, _ operation: String, _ missing: Scope) -> ClientError {
        ClientError(
            .authorizationRefused,
            "\(server.text.withoutQuery) keeps asking for the scope '\(missing.description.printable())' for \(operation), "
                + "although it was asked for.",
            advice: "The authorization server does not grant it to you or to this client.", code: "insufficient_scope")
    }
}
