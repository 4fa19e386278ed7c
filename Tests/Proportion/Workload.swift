#if DEBUG
import Primitives
@testable import OAuth

/// Something that reads or writes text of any length, and how to have it do so.
struct Workload: Sendable {
    let name: String
    /// Whether it is the first that looks at the bytes of a peer, and takes or refuses them; others get what that lets
    /// in.
    var isFirst = false
    let shapes: [Shape]
    /// Texts that are made otherwise than by repeating.
    let others: [@Sendable (Int) -> String]
    /// Does the work; what comes of it does not matter.
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

    /// The same as the first that looks at the bytes.
    var first: Workload {
        var workload = self
        workload.isFirst = true
        return workload
    }

    static let all = protocols + http + debugging + client
}

/// What is counted; valgrind knows it by this name.
@inline(never)
@_silgen_name("proportion_measured")
func measured(_ work: () -> Void) { work() }
#endif
