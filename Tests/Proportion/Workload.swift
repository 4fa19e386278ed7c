#if DEBUG
import Primitives
@testable import OAuth

/// A function that reads or writes text of any length, with the texts to measure it with.
struct Workload: Sendable {
    let name: String
    /// Whether it is the first to read the bytes of a peer, and accepts or refuses them; others get what it accepts.
    var isFirst = false
    let shapes: [Shape]
    /// Texts that are not made by repetition.
    let others: [@Sendable (Int) -> String]
    /// Does the work and ignores the result.
    let work: @Sendable (String) -> Void

    init(
        _ name: String, _ shapes: [Shape] = Shape.all, _ others: [@Sendable (Int) -> String] = [],
        _ work: @escaping @Sendable (String) -> Void
    ) {
        (self.name, self.shapes, self.others, self.work) = (name, shapes, others, work)
    }

    /// The texts of a length, with their names.
    func texts(_ size: Int) -> [(name: String, text: String)] {
        let texts =
            shapes.map { (name: $0.name, text: $0.text(size)) }
            + others.enumerated().map { (name: "many names, \($0.offset)", text: $0.element(size)) }
        return isFirst ? texts : texts.filter { $0.text.isStreamSafe }
    }

    /// The same work, marked as the first to read the bytes.
    var first: Workload {
        var workload = self
        workload.isFirst = true
        return workload
    }

    static let all = protocols + http + debugging + client
}

/// The function that valgrind counts, by this name.
@inline(never)
@_silgen_name("proportion_measured")
func measured(_ work: () -> Void) { work() }
#endif
