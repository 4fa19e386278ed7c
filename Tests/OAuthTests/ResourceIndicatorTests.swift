import OAuth
import Testing
import TestSupport

@Suite struct ResourceIndicatorTests {
    @Test(
        "Case of scheme and host and one trailing slash make no difference", .proves(.resourceSpellingsAreEqual),
        arguments: [
            ("http://localhost:9003/mcp", "HTTP://LocalHost:9003/mcp/", true),
            ("http://localhost:9003", "http://localhost:9003/", true),
            ("http://localhost:9003/mcp", "http://localhost:9003/MCP", false),
            ("http://localhost:9003/mcp", "http://localhost:9003/mcp//", false),
            ("http://localhost:9003/mcp", "https://localhost:9003/mcp", false),
            ("http://localhost:9003/mcp", "http://localhost:9004/mcp", false),
            ("http://localhost:9003/mcp", "http://me@localhost:9003/mcp", false),
            ("http://localhost:9003/mcp", "http://localhost:9003/mcp?x", false),
        ])
    func canonical(left: String, right: String, areEqual: Bool) throws {
        #expect((try ResourceIndicator(left) == ResourceIndicator(right)) == areEqual)
    }

    @Test(
        "A relative URI, or one with a fragment, is invalid_target", .proves(.requestedResourceMustBeOurs),
        arguments: ["/mcp", "localhost", "http://localhost:9003/mcp#x", "http://localhost:9003/mcp#", "http:", ""])
    func refuses(text: String) {
        let error = #expect(throws: OAuthError.self) { try ResourceIndicator(text) }
        #expect(error?.code == .invalidTarget)
    }
}
