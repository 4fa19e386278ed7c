import Foundation
import Testing

/// Whether work grows linearly with the input, by the instructions that valgrind counts.
///
/// `PROPORTION` holds other arguments for the program that does the work: sizes in kilobytes, such as 1 2 4 and so on
/// up to 1024, --each, which reports the shapes of the input separately, and --only=WORD, which leaves out all work
/// without this word in its name; up to 1024 it takes an hour.
@Suite("Work is in proportion to the input")
struct ProportionTests {
    private static let arguments = ProcessInfo.processInfo.environment["PROPORTION"] ?? "1 4"
    /// The instructions of fixed costs, and of an array that grows at one size and not at the next.
    private static let slack = 500_000.0
    private static let most = 1.2

    @Test("Twice the input takes about twice the instructions, for every input and reader")
    func doubling() async throws {
        let counts = try await Callgrind.counts(Self.arguments.split(separator: " ").map(String.init))
        for (label, sizes) in Dictionary(grouping: counts, by: \.label) {
            for (smaller, larger) in zip(sizes, sizes.dropFirst()) {
                let growth = Double(larger.size) / Double(smaller.size)
                #expect(
                    Double(larger.instructions) <= Self.most * growth * Double(smaller.instructions) + Self.slack,
                    "\(label): \(larger.instructions) for \(larger.size) kB, \(smaller.instructions) for \(smaller.size)"
                )
            }
        }
    }
}
