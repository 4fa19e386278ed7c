public import OAuth

/// A person whose browser is on another machine: the redirect does not arrive, so its URL is pasted.
public struct PastedAnswerAgent: AuthorizationAgent {
    private let redirectURI: String
    private let ask: @Sendable (_ url: String) async throws -> String

    /// An agent.
    ///
    /// - Parameter ask: shows a URL and returns the one that the browser ended at.
    public init(callback: BrowserAgent.Callback, ask: @escaping @Sendable (_ url: String) async throws -> String) {
        let port = callback.ports.first ?? 0
        // Nothing listens there; the browser shows an error, and the URL stays in its address bar.
        redirectURI = "http://\(callback.host):\(port == 0 ? 33418 : port)\(callback.path)"
        self.ask = ask
    }

    /// The one URI.
    public var redirectURIs: [String] { [redirectURI] }

    /// Shows the URL and reads the answer.
    public func authorize(
        preferring registered: String?, _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        let attempt = try await begin(redirectURI)
        return (attempt, try RedirectedURL.parameters(try await ask(attempt.url)))
    }
}

/// Reads the URL at which an authorization ended.
enum RedirectedURL {
    static func parameters(_ url: String) throws(ClientError) -> FormParameters {
        guard let mark = url.firstIndex(of: "?"),
            let parameters = try? FormParameters(decoding: url[url.index(after: mark)...].prefix { $0 != "#" }.utf8)
        else {
            throw ClientError(
                .authorizationRefused, "This is not the URL of a finished login: it has no answer in its query.",
                advice: "Copy the whole address from the browser after you have approved.")
        }
        return parameters
    }
}
