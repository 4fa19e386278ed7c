internal import Synchronization

/// The memory budget of all connections for unanswered requests.
///
/// Each connection has a small allowance that does not count: enough for any head or small body, so that large bodies
/// on other connections do not block small requests.
final class InputBudget: Sendable {
    /// The limits of each connection, and of all together.
    let limits: Limits
    private let taken = Atomic(0)

    init(limits: Limits) {
        self.limits = limits
    }

    /// The bytes that count at present.
    var held: Int { taken.load(ordering: .relaxed) }

    /// Changes a connection's share; false, without a change, when the budget is exceeded.
    func change(from old: Int, to new: Int) -> Bool {
        let held = taken.add(new - old, ordering: .relaxed).newValue
        guard new > old, held > limits.heldBytes else { return true }
        taken.subtract(new - old, ordering: .relaxed)
        return false
    }
}
