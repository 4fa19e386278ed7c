import OAuth
import Synchronization

@testable import MCPClient

/// Counts how often a person is asked.
final class CountingAgent: AuthorizationAgent {
    private let agent: any AuthorizationAgent
    private let attempts = Mutex<[AuthorizationAttempt]>([])

    init(_ agent: any AuthorizationAgent) { self.agent = agent }

    var count: Int { attempts.withLock { $0.count } }
    var scopes: [String] { attempts.withLock { $0.map { $0.scope?.description ?? "" } } }
    var redirectURIs: [String] { agent.redirectURIs }

    func authorize(
        preferring registered: String?, _ begin: @Sendable (String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        let (attempt, answer) = try await agent.authorize(preferring: registered, begin)
        attempts.withLock { $0.append(attempt) }
        return (attempt, answer)
    }
}
