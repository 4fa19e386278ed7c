public import Testing

/// Names the requirements that a test or suite proves.
///
/// `scripts/test` fails on a case of ``Requirement`` that no test names.
public struct Proves: TestTrait, SuiteTrait {
    /// The requirements that fail when the test fails.
    public let requirements: [Requirement]

    /// A suite's claim is about the suite; its tests name their own.
    public var isRecursive: Bool { false }
}

extension Trait where Self == Proves {
    /// Names the requirements that a test proves: `@Test("…", .proves(.c3, .c4))`.
    public static func proves(_ requirements: Requirement...) -> Self {
        Proves(requirements: requirements)
    }
}
