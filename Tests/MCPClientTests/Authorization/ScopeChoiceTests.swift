import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Choosing the scope")
struct ScopeChoiceTests {
    private static func choice(
        challenge: String?, resource: [String]?, issuer: [String]? = nil, wished: String? = nil, before: String? = nil
    ) throws -> ScopeChoice {
        var document = ScriptedServer.issuerMetadata("http://127.0.0.1:1")
        document["scopes_supported"] = issuer.map { .array($0.map { .string($0) }) }
        let check = AddressCheck(server: try AddressCheck.server("http://127.0.0.1:1/mcp"))
        let found = DiscoveredServer(
            server: "http://127.0.0.1:1/mcp", resource: "http://127.0.0.1:1/mcp",
            issuer: try IssuerMetadata(document, for: "http://127.0.0.1:1", check: check),
            source: .resourceMetadata("u"), challengeScope: challenge, resourceScopes: resource)
        return ScopeChoice(
            found: found, wished: try wished.map { try Scope(parsing: $0) },
            before: try before.map { try Scope(parsing: $0) })
    }

    @Test("The challenge's scope, else the resource's, else none", .proves(.challengedScopeIsRequested))
    func strategy() throws {
        #expect(try Self.choice(challenge: "a b", resource: ["c"]).scope(adding: nil)?.description == "a b")
        #expect(try Self.choice(challenge: nil, resource: ["c", "d"]).scope(adding: nil)?.description == "c d")
        #expect(try Self.choice(challenge: nil, resource: nil).scope(adding: nil) == nil)
        #expect(try Self.choice(challenge: nil, resource: []).scope(adding: nil) == nil)
        #expect(try Self.choice(challenge: "a", resource: nil, wished: "w").scope(adding: nil)?.description == "w")
    }

    @Test(
        "offline_access is asked for only where the authorization server lists it", .proves(.challengedScopeIsRequested)
    )
    func offline() throws {
        let listed = ["a", "offline_access"]
        #expect(
            try Self.choice(challenge: "a", resource: nil, issuer: listed).scope(adding: nil)?.description
                == "a offline_access")
        #expect(try Self.choice(challenge: "a", resource: nil, issuer: ["a"]).scope(adding: nil)?.description == "a")
        #expect(try Self.choice(challenge: nil, resource: nil, issuer: listed).scope(adding: nil) == nil)
    }

    @Test("A step-up keeps what was asked for before", .proves(.stepUpKeepsScopes))
    func stepUp() throws {
        let choice = try Self.choice(challenge: "b", resource: ["a"], before: "a x")
        #expect(choice.scope(adding: Scope(["b", "a"]))?.description == "a x b")
    }
}
