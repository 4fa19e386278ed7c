/// A dictionary that drops its oldest keys when it is full.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var values: [Key: Value] = [:]
    /// The keys in order of insertion; a ring once it is full.
    private var order: [Key] = []
    private var oldest = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The value of a key; a new key may displace the oldest one.
    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            guard let newValue else { return }
            if values.updateValue(newValue, forKey: key) == nil { remember(key) }
        }
    }

    /// The keys of the values that meet a condition.
    func keys(where condition: (Value) -> Bool) -> [Key] {
        values.compactMap { condition($0.value) ? $0.key : nil }
    }

    /// Changes the value of a key, if there is one.
    mutating func change(_ key: Key, _ change: (inout Value) -> Void) {
        if let position = values.index(forKey: key) { change(&values.values[position]) }
    }

    private mutating func remember(_ key: Key) {
        guard order.count == capacity else { return order.append(key) }
        values[order[oldest]] = nil
        order[oldest] = key
        oldest = (oldest + 1) % capacity
    }
}
