import OAuth

/// The digests of the tokens of one grant.
///
/// The key of a removed token stays until more than half of the keys are such; then one pass removes them. So a removal
/// takes a constant number of steps on average, and no token has to know its place.
struct GrantMembers {
    private var keys: [Digest] = []
    /// The number of tokens that are not removed.
    private(set) var count = 0

    mutating func insert(_ key: Digest) {
        keys.append(key)
        count += 1
    }

    /// Records the removal of one token; returns the number of keys examined.
    mutating func remove(isThere: (Digest) -> Bool) -> Int {
        count -= 1
        guard keys.count > 2 * count + Self.slack else { return 0 }
        defer { keys = keys.filter(isThere) }
        return keys.count
    }

    /// Takes all keys, including those of removed tokens, and returns their number.
    mutating func removeAll(_ forget: (Digest) -> Void) -> Int {
        defer { self = GrantMembers() }
        for key in keys { forget(key) }
        return keys.count
    }

    /// The number of keys below which there is no pass.
    private static let slack = 8
}
