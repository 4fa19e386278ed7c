#if DEBUG
/// Something that reads or writes text of any length, and how to have it do so.
struct Workload: Sendable {
    let name: String
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
        shapes.map { ($0.name, $0.text(size)) }
            + others.enumerated().map { ("many names, \($0.offset)", $0.element(size)) }
    }

    static let all = protocols + http + debugging + client
}

/// What is counted; valgrind knows it by this name.
@inline(never)
@_silgen_name("proportion_measured")
func measured(_ work: () -> Void) { work() }
#endif
