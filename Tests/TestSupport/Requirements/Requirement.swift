/// What a specification demands of this server or its client; the tests that prove it name it.
///
/// Every requirement has a source outside this project. What the project promises of its own accord is the title of a
/// test. `docs/conformance.md` lists all requirements; `scripts/lib/checks/conformance.py --write` writes it, and
/// `scripts/lib/checks/check-structure` fails when it is out of date or when no test names a requirement.
package struct Requirement: Sendable {
    /// What is demanded, in one sentence.
    package let text: String
    /// Where: an RFC and its section, or a revision of MCP, its page and heading.
    package let source: String

    package init(_ text: String, source: String) {
        self.text = text
        self.source = source
    }
}
