/// The share of one connection in the memory budget; not copyable, because it counts once.
struct InputShare: ~Copyable {
    let budget: InputBudget
    /// The bytes that count.
    private var counted = 0

    /// Whether any bytes count.
    var isTaken: Bool { counted > 0 }

    init(of budget: InputBudget) {
        self.budget = budget
    }

    /// Counts the connection's bytes, apart from those that do not count; false when the budget has no room for them.
    @discardableResult
    mutating func count(_ bytes: Int) -> Bool {
        let new = max(0, bytes - budget.limits.smallBodyBytes)
        guard new != counted else { return true }
        guard budget.change(from: counted, to: new) else { return false }
        counted = new
        return true
    }
}
