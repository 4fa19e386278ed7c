public import OAuth

/// A person whose browser is on another machine: the redirect does not arrive, so its URL is pasted.
public struct PastedAnswerAgent: AuthorizationAgent {
    /// The number of attempts to paste.
    private static let attempts = 3

    private let redirectURI: String
    private let ask: @Sendable (_ url: String, _ problem: ClientError?) async throws -> String?

    /// Makes an agent.
    ///
    /// - Parameter ask: shows a URL, or the mistake in the previous text, and returns the pasted text; nil at the end
    ///   of the input.
    public init(
        callback: BrowserAgent.Callback,
        ask: @escaping @Sendable (_ url: String, _ problem: ClientError?) async throws -> String?
    ) {
        let port = callback.ports.first ?? 0
        // No socket listens there; the browser shows an error, and the URL stays in its address bar.
        redirectURI = "http://\(callback.host):\(port == 0 ? 33418 : port)\(callback.path)"
        self.ask = ask
    }

    /// The only URI.
    public var redirectURIs: [String] { [redirectURI] }

    /// Shows the URL and reads the answer; after a text that is not an answer to this login the person may try again.
    ///
    /// - Throws: `authorizationRefused` when no answer to this request is pasted, and errors of `begin` and `ask`.
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
