public import OAuth

/// A person whose browser is on another machine: the redirect does not arrive, so its URL is pasted.
public struct PastedAnswerAgent: AuthorizationAgent {
    /// How often a person may paste something.
    private static let attempts = 3

    private let redirectURI: String
    private let ask: @Sendable (_ url: String, _ problem: ClientError?) async throws -> String?

    /// An agent.
    ///
    /// - Parameter ask: shows a URL, or what was wrong with the text before, and returns what the person pasted; nil
    ///   when nothing more will come.
    public init(
        callback: BrowserAgent.Callback,
        ask: @escaping @Sendable (_ url: String, _ problem: ClientError?) async throws -> String?
    ) {
        let port = callback.ports.first ?? 0
        // Nothing listens there; the browser shows an error, and the URL stays in its address bar.
        redirectURI = "http://\(callback.host):\(port == 0 ? 33418 : port)\(callback.path)"
        self.ask = ask
    }

    /// The one URI.
    public var redirectURIs: [String] { [redirectURI] }

    /// Shows the URL and reads the answer; the person gets another try after a text that is no answer to this login.
    ///
    /// - Throws: `authorizationRefused` when no answer to this request is pasted, and what `begin` and `ask` throw.
    public func authorize(
        preferring registered: String?, _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        let attempt = try await begin(redirectURI)
        var problem: ClientError?
        for _ in 0..<Self.attempts {
            guard let text = try await ask(attempt.url, problem) else { break }
            do {
                return (attempt, try PastedAnswer(text).parameters(for: attempt))
            } catch {
                problem = error
            }
        }
        throw problem
            ?? ClientError(
                .authorizationRefused, "No address was pasted.",
                advice: "Log in again, and paste the address that the browser ends at.")
    }
}
