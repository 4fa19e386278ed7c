internal import OAuthServer
internal import Synchronization

/// The open event streams, by their access tokens and grants.
///
/// Ending a token or a grant wakes exactly the streams that depend on it.
final class TokenStreams: Sendable {
    private struct State {
        var last = 0
        var streams: [Revocation: [Int: @Sendable () -> Void]] = [:]
    }

    /// A stream's place in these tables.
    struct Place: Sendable {
        fileprivate let number: Int
        fileprivate let causes: [Revocation]
    }

    private let state = Mutex(State())

    /// Adds a stream with the function that wakes it, until ``remove(_:)``.
    func add(_ token: AccessTokenRecord, wake: @escaping @Sendable () -> Void) -> Place {
        let causes: [Revocation] = [
            .accessToken(token.digest), .grant(token.grant.id), .subject(token.grant.subject), .everything,
        ]
        return state.withLock { state in
            state.last += 1
            for cause in causes { state.streams[cause, default: [:]][state.last] = wake }
            return Place(number: state.last, causes: causes)
        }
    }

    /// Removes a stream that has ended.
    func remove(_ place: Place) {
        state.withLock { state in
            for cause in place.causes {
                state.streams[cause]?[place.number] = nil
                if state.streams[cause]?.isEmpty == true { state.streams[cause] = nil }
            }
        }
    }

    /// Makes the streams of revoked tokens check their tokens.
    @Sendable func wake(_ cause: Revocation) {
        let concerned = state.withLock { $0.streams[cause] ?? [:] }
        for wake in concerned.values { wake() }
    }

    /// Whether no stream is open, and so no entry left.
    var isEmpty: Bool { state.withLock { $0.streams.isEmpty } }
}
