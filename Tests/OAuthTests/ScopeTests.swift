import OAuth
import Testing
import TestSupport

@Suite struct ScopeTests {
    @Test("Tokens keep their order, without repetitions", .proves(.requestedScopeMustBeOffered))
    func order() throws {
        #expect(try Scope(parsing: "b a b").tokens == ["b", "a"])
        #expect(try Scope(parsing: "b a").description == "b a")
    }

    @Test(
        "A text that is not a list of tokens is refused", .proves(.requestedScopeMustBeOffered),
        arguments: ["", " ", "a  b", " a", "a ", "a\"b", "a\\b", "ä", "a\tb", "a\u{7f}"])
    func syntax(text: String) {
        #expect(throws: OAuthError.self) { try Scope(parsing: text) }
    }

    @Test(
        "A scope covers what it contains, case-sensitively", .proves(.oneScopeCheck),
        arguments: [
            (["user", "echo"], ["user"], true), (["user", "echo"], ["echo", "user"], true), (["user"], [], true),
            (["user"], ["user", "echo"], false), (["user"], ["User"], false), ([], ["user"], false),
        ])
    func covers(granted: [String], needed: [String], isCovered: Bool) {
        #expect(Scope(granted).covers(Scope(needed)) == isCovered)
    }
}
