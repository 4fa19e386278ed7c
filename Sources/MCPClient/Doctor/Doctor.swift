internal import MCP
internal import OAuth

/// Walks the whole chain of a server, from the first 401 to a tool, and writes down what is wrong.
///
/// It goes on after a fault wherever that is possible, and reads more tolerantly than the client does, so that one fault
/// hides no other. It logs in once and stores no tokens.
public struct Doctor: Sendable {
    let web: WebClient
    let server: WebAddress
    let agent: (any AuthorizationAgent)?
    let client: ClientIdentity?

    /// A doctor for a server.
    ///
    /// - Parameters:
    ///   - agent: logs in; without one the walk ends before the login.
    ///   - client: who to be.
    public init(
        server: String, web: WebClient, agent: (any AuthorizationAgent)?, client: ClientIdentity?
    ) throws(ClientError) {
        self.server = try AddressCheck.server(server)
        self.web = web
        self.agent = agent
        self.client = client
    }

    /// Looks at everything.
    public func examine() async throws -> Diagnosis {
        var diagnosis = Diagnosis()
        if let found = try await metadata(&diagnosis) {
            try await registration(found, &diagnosis)
            try await cors(found, &diagnosis)
            try await redirects(found, &diagnosis)
            if let token = try await login(found, &diagnosis) { try await endpoint(token, &diagnosis) }
        }
        try Task.checkCancellation()
        diagnosis.finish()
        return diagnosis
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
