internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

/// `/healthz`: reports that the process answers and that its store does.
///
/// It looks up one token that does not exist, at the cost of any request with a wrong token.
struct HealthRoute: Route {
    let store: any GrantStore
    /// The timer for the store's timeout; nil where no server runs.
    let background: Background?
    /// The timeout of the store.
    var timeout = Duration.seconds(2)

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        try await ask()
        return Responses.json(.ok, ["status": "ok"])
    }

    /// Asks the store, with the timeout.
    private func ask() async throws {
        let (answers, answer) = AsyncThrowingStream.makeStream(of: Void.self)
        let look = Task.immediate(executorPreference: background?.executor) { [store] in
            do {
                _ = try await store.accessToken(Self.nobodysToken)
                answer.finish()
            } catch {
                answer.finish(throwing: error)
            }
        }
        let alarm = background?.alarm(after: timeout) { [timeout] in
            answer.finish(throwing: StoreUnavailable(reason: "no answer within \(timeout)"))
        }
        defer {
            look.cancel()
            alarm?.cancel()
        }
        for try await _ in answers {}
    }

    private static let nobodysToken = Digest(of: "")
}
