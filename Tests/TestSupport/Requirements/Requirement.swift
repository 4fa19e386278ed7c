/// A demand of a specification on this server or its client; the tests that prove it name it.
///
/// Every requirement has a source outside this project. A property that only the project promises is the title of a
/// test. `docs/conformance.md` lists all requirements; `scripts/lib/checks/conformance.py --write` writes it, and
/// `scripts/lib/checks/check-structure` fails when it is out of date or when no test names a requirement.
package struct Requirement: Sendable {
    /// The demand, in one sentence.
    package let text: String
    /// The source: an RFC and its section, or a revision of MCP, its page and heading.
    package let source: String

    package init(_ text: String, source: String) {
        self.text = text
        self.source = source
    }
}
