internal import OAuth

/// The tokens, or the sessions, that a client got in a row and that were refused before any of its requests was
/// answered with them.
///
/// To ask for another is right at first; a client that goes on so is in a loop, unless that one is of use after all.
struct UselessGrants: Sendable {
    /// How many may be of no use before the client has to stop.
    static let maximum = 3

    private static let maximumExcess = 10

    private var latest: Digest?
    private var count = 0
    /// The requests that asked for another one when there were too many: the first ones, and the latest.
    private var excess: [CredentialHistory.EntryReference] = []
    /// How many of them came after the latest refusal.
    private var undecided = 0

    /// The requests that asked in vain; not those whose tokens or sessions may still be of use.
    var repetitions: ArraySlice<CredentialHistory.EntryReference> { excess.dropLast(undecided) }

    /// Whether asking for another one is a loop.
    private var areTooMany: Bool { count >= Self.maximum }

    /// Notes a new one.
    mutating func issue(_ digest: Digest?, _ moment: CredentialHistory.EntryReference) {
        latest = digest
        guard areTooMany else { return }
        if excess.count == Self.maximumExcess {
            excess.removeLast()
            undecided = max(undecided - 1, 0)
        }
        excess.append(moment)
        undecided += 1
    }

    /// Notes a refusal.
    mutating func refuse(_ digest: Digest) {
        guard latest == digest else { return }
        latest = nil
        count += 1
        undecided = 0
    }

    /// Notes that one was of use.
    mutating func accept() {
        excess.removeLast(undecided)
        (latest, count, undecided) = (nil, 0, 0)
    }
}
