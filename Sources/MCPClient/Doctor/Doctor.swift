internal import OAuth

/// Walks the whole chain of a server, from the first 401 to the end of a token, and writes down what is wrong.
///
/// It goes on after a fault wherever that is possible, and reads more tolerantly than the client does, so that one
/// fault hides no other and is told once. It is polite: it logs in once, and once more where a tool demands more scope;
/// it calls no tool but one that says that it only reads; it stores no tokens, and gives back those it got.
public struct Doctor: Sendable {
    let web: WebClient
    let server: WebAddress
    let agent: (any AuthorizationAgent)?
    let client: ClientIdentity?
    let hint: @Sendable (Hint) -> String

    /// What a finding suggests that takes an option of the program around the doctor.
    public enum Hint: Sendable {
        /// Say who to be.
        case nameClient
        /// Receive the callback at a port that is registered.
        case nameRegisteredPort

        /// The hint as a part of a sentence, for a program without options.
        public var text: String {
            switch self {
            case .nameClient: "give one"
            case .nameRegisteredPort: "a registered one has to be named"
            }
        }
    }

    /// A doctor for a server.
    ///
    /// - Parameters:
    ///   - agent: logs in; without one the walk ends before the login.
    ///   - client: who to be.
    ///   - hint: puts a hint into words that name the option it takes.
    /// - Throws: `usage` for a URL that is none, or plain http elsewhere than on this machine.
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

    /// Looks at everything.
    ///
    /// - Throws: ``ClientError`` when the server cannot be reached at all or the agent fails in a way that no check is
    ///   about; `CancellationError`.
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

    /// Looks at what the metadata leads to.
    private func behind(_ found: Found, _ diagnosis: inout Diagnosis) async throws {
        try await registration(found, &diagnosis)
        guard let client = try await client(at: found, &diagnosis) else { return }
        var visit = DoctorSession(found: found, client: client, web: web)
        guard let agent else { return diagnosis.skip(.login, "nobody may log in") }
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

    /// An answer, or nil and why there is none.
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
