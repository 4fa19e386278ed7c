internal import OAuth

/// Examines the whole chain of a server, from the first 401 to the revocation of tokens, and reports its mistakes.
///
/// It continues after a mistake wherever possible, and reads more tolerantly than the client does, so that one mistake
/// hides no other and is reported once. It is careful: it logs in once, and once more where a tool demands more scope;
/// it calls only a tool that declares itself read-only; it stores no tokens, and revokes those it got.
public struct Doctor: Sendable {
    let web: WebClient
    let server: WebAddress
    let agent: (any AuthorizationAgent)?
    let client: ClientIdentity?
    let hint: @Sendable (Hint) -> String

    /// The suggestion of a finding that needs an option of the program.
    public enum Hint: Sendable {
        /// Name the client.
        case nameClient
        /// Receive the callback at a registered port.
        case nameRegisteredPort

        /// The hint as a part of a sentence, for a program without options.
        public var text: String {
            switch self {
            case .nameClient: "give one"
            case .nameRegisteredPort: "a registered one has to be named"
            }
        }
    }

    /// Makes a doctor for a server.
    ///
    /// - Parameters:
    ///   - agent: logs in; without one the examination ends before the login.
    ///   - client: the client's identity.
    ///   - hint: puts a hint into words that name the option.
    /// - Throws: `usage` for an invalid URL, or plain http to another machine.
    public init(
        server: String, web: WebClient, agent: (any AuthorizationAgent)?, client: ClientIdentity?,
        hint: @escaping @Sendable (Hint) -> String = { $0.text }
    ) throws(ClientError) {
        self.server = try AddressCheck.server(server)
        self.web = web
        self.agent = agent
        self.client = client
        self.hint = hint
    }

    /// Makes all checks.
    ///
    /// - Throws: ``ClientError`` when the server cannot be reached at all or the agent fails in a way that concerns no
    ///   check; `CancellationError`.
    public func examine() async throws -> Diagnosis {
        var diagnosis = Diagnosis()
        if let greeting = try await challenge(&diagnosis) {
            let found = try await metadata(greeting, &diagnosis)
            try await pages(&diagnosis)
            if let found { try await behind(found, &diagnosis) }
            try await badToken(&diagnosis)
        }
        try Task.checkCancellation()
        diagnosis.finish()
        return diagnosis
    }

    /// Makes the checks that need the metadata.
    private func behind(_ found: Found, _ diagnosis: inout Diagnosis) async throws {
        try await registration(found, &diagnosis)
        guard let client = try await client(at: found, &diagnosis) else { return }
        var visit = DoctorSession(found: found, client: client, web: web)
        guard let agent else { return diagnosis.skip(.login, "no login is allowed") }
        guard try await authorizationEndpoint(&visit, agent, &diagnosis) else { return }
        guard try await login(&visit, agent, &diagnosis) else { return }
        try await lifetime(&visit, &diagnosis)
        if try await freshToken(visit, &diagnosis) {
            let offer = try await revisions(&visit, &diagnosis)
            try await messages(&visit, &diagnosis)
            if let offer { try await toolCall(offer, &visit, agent, &diagnosis) }
            try await sessions(offer, &visit, &diagnosis)
        }
        try await endOfLife(visit, &diagnosis)
        try await refresh(&visit, &diagnosis)
        try await revocation(visit, &diagnosis)
    }

    /// The answer, or nil with the reason why there is none.
    func fetch(_ request: WebRequest, followingRedirects: Bool = true) async throws -> (WebResponse?, String) {
        do {
            let response = try await web.send(
                request, limit: web.limits.documentBytes, followingRedirects: followingRedirects)
            return (response, "status \(response.status)")
        } catch let error as ClientError {
            return (nil, error.problem)
        }
    }
}
