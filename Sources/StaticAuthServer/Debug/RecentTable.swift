/// A table of bounded size that forgets what was not touched for longest.
///
/// There are two halves: what is new or touched goes into the first, and when that is full it becomes the second, whose
/// former content goes. So it holds the latest `capacity` entries for certain, and at most twice as many.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var recent: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The value of a key that is there, or the one given, which then is.
    mutating func touch(_ key: Key, else value: @autoclosure () -> Value) -> Value {
        if let value = recent[key] { return value }
        if recent.count >= capacity { (recent, older) = ([:], recent) }
        let value = older.removeValue(forKey: key) ?? value()
        recent[key] = value
        return value
    }

    /// Replaces the value of a key that is there.
    mutating func update(_ key: Key, to value: Value) {
        if recent[key] != nil {
            recent[key] = value
        } else if older[key] != nil {
            older[key] = value
        }
    }

    /// Forgets a key.
    mutating func remove(_ key: Key) {
        recent[key] = nil
        older[key] = nil
    }

    /// Everything that is there.
    var all: [Key: Value] { older.merging(recent) { _, recent in recent } }
}
