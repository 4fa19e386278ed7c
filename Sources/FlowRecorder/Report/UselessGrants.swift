internal import OAuth

/// The tokens, or the sessions, that a client got in a row and that were refused before any of its requests was
/// answered with them.
///
/// To ask for another is right at first; a client that goes on so is in a loop.
struct UselessGrants: Sendable {
    /// How many may be of no use before the client has to stop.
    static let maximum = 3

    private var latest: Digest?
    private var count = 0

    /// Whether asking for another one is a loop.
    var areTooMany: Bool { count >= Self.maximum }

    /// Notes a new one.
    mutating func issue(_ digest: Digest?) { latest = digest }

    /// Notes a refusal.
    mutating func refuse(_ digest: Digest) {
        guard latest == digest else { return }
        latest = nil
        count += 1
    }

    /// Notes that one was of use.
    mutating func accept() { (latest, count) = (nil, 0) }
}
