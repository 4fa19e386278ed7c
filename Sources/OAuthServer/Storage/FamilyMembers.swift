import OAuth

/// The digests of the tokens of one grant.
///
/// The key of a token that is gone stays until it is one of more than half; then one pass drops all of those. So a
/// removal costs a constant number of steps on average, and no token has to know its place.
struct FamilyMembers {
    private var keys: [Digest] = []
    /// How many of them are not gone.
    private(set) var count = 0

    mutating func insert(_ key: Digest) {
        keys.append(key)
        count += 1
    }

    /// Notes that one token is gone; returns how many keys were looked at.
    mutating func remove(isThere: (Digest) -> Bool) -> Int {
        count -= 1
        guard keys.count > 2 * count + Self.slack else { return 0 }
        defer { keys = keys.filter(isThere) }
        return keys.count
    }

    /// Takes all keys out, those of tokens that are gone included, and returns how many there were.
    mutating func removeAll(_ forget: (Digest) -> Void) -> Int {
        defer { self = FamilyMembers() }
        for key in keys { forget(key) }
        return keys.count
    }

    /// Below this many keys a pass is not worth it.
    private static let slack = 8
}
