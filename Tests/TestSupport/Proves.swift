package import Testing

/// Names the requirements that a test or suite proves.
///
/// `scripts/lib/checks/check-structure` fails on a ``Requirement`` that no test names.
package struct Proves: TestTrait, SuiteTrait {
    /// The requirements that fail when the test fails.
    package let requirements: [Requirement]

    /// A suite's claim is about the suite; its tests name their own.
    package var isRecursive: Bool { false }
}

extension Trait where Self == Proves {
    /// Names the requirements that a test proves: `@Test("…", .proves(.onlyS256))`.
    package static func proves(_ requirements: Requirement...) -> Self {
        Proves(requirements: requirements)
    }
}
