internal import Synchronization

/// What all connections together hold of requests that are not answered yet.
///
/// Each connection has a little of its own, which is not counted: enough for any head or small body, so that large ones
/// that are on their way elsewhere are in nobody's way.
final class InputBudget: Sendable {
    private let limit: Int
    private let taken = Atomic(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// The bytes that are held now.
    var held: Int { taken.load(ordering: .relaxed) }

    /// Counts a connection's bytes anew; false, and nothing counted, when they do not fit.
    func change(from old: Int, to new: Int) -> Bool {
        let held = taken.add(new - old, ordering: .relaxed).newValue
        guard new > old, held > limit else { return true }
        taken.subtract(new - old, ordering: .relaxed)
        return false
    }
}
