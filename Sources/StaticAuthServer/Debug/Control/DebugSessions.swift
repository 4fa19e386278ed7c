internal import FlowRecorder
internal import MCPCore
internal import OAuth
internal import Primitives

/// The debug operation that ends sessions.
struct DebugSessions: Sendable {
    let store: any SessionStore
    let now: @Sendable () -> Instant
    /// Ends the streams of a session.
    let ended: @Sendable ([UInt8]) -> Void

    /// Records what ended sessions.
    let note: @Sendable (Intervention, SafeText) -> Void

    /// Ends sessions and their streams, and returns how many.
    ///
    /// - Parameter cause: the request that asks for it, for hints.
    func drop(_ selection: Selection, by cause: SafeText) async throws -> Int {
        let digests: [[UInt8]]
        switch selection {
        case .one(let id):
            let (digest, now) = (id.digest.bytes, now())
            digests = try await store.session(digest, at: now, keptUntil: now) == nil ? [] : [digest]
            try await store.end(digest)
        case .subject(let subject): digests = try await store.end(allOf: subject, at: now())
        case .all: digests = try await store.end(allOf: nil, at: now())
        }
        for digest in digests { ended(digest) }
        note(.endedSessions(digests.compactMap(Digest.init(bytes:))), cause)
        return digests.count
    }
}
