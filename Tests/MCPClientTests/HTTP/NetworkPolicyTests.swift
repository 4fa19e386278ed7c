import Testing

@testable import MCPClient

@Suite("The networks that a client connects to")
struct NetworkPolicyTests {
    private static func policy(_ addresses: String...) -> NetworkPolicy {
        NetworkPolicy(isPublicOnly: true) { _ in addresses.compactMap { NetworkAddress($0) } }
    }

    private static func code(_ policy: NetworkPolicy, _ url: String) async throws -> String? {
        let address = try #require(WebAddress(url))
        do {
            _ = try await policy.pin(address)
            return nil
        } catch {
            return (error as? ClientError)?.code
        }
    }

    @Test(
        "A name is refused when any of its addresses is private",
        arguments: [
            ["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["[::1]"], ["[2606:2800:220:1::1]", "[::ffff:192.168.0.1]"],
            ["169.254.169.254"], ["[fd00::1]"], ["100.64.0.1"], ["0.0.0.0"], ["[64:ff9b::a00:1]"],
        ])
    func privateNames(addresses: [String]) async throws {
        let policy = NetworkPolicy(isPublicOnly: true) { _ in addresses.compactMap { NetworkAddress($0) } }
        #expect(try await Self.code(policy, "https://mcp.example.com/") == NetworkPolicy.privateCode)
    }

    @Test("A public name is pinned to its first address, and a public address needs no resolver")
    func publicNames() async throws {
        let policy = Self.policy("93.184.216.34", "93.184.216.35")
        let pinned = try await policy.pin(try #require(WebAddress("https://mcp.example.com/mcp")))
        #expect(pinned?.text == "93.184.216.34")
        let unresolved = NetworkPolicy(isPublicOnly: true) { _ in
            Issue.record("an address was resolved")
            return []
        }
        #expect(try await unresolved.pin(try #require(WebAddress("https://93.184.216.34/"))) == nil)
        #expect(try await Self.code(unresolved, "https://127.0.0.1/") == NetworkPolicy.privateCode)
        #expect(try await Self.code(unresolved, "https://localhost./") == NetworkPolicy.privateCode)
    }

    @Test("An unknown name is unreachable, and no other server is asked")
    func unknownNames() async throws {
        #expect(try await Self.code(Self.policy(), "https://mcp.example.com/") == WebClient.unreachableCode)
    }

    @Test("A client for public networks refuses a private server, its metadata and every other request")
    func requests() async throws {
        let web = WebClient(limits: WebLimits(), networks: Self.policy("10.0.0.1"))
        for url in ["http://127.0.0.1:1/mcp", "https://mcp.example.com/mcp", "https://10.0.0.1/"] {
            let error = await #expect(throws: ClientError.self) { _ = try await web.send(.document(url)) }
            #expect(error?.code == NetworkPolicy.privateCode)
            let refused = await #expect(throws: ClientError.self) { _ = try await web.fresh().send(.document(url)) }
            #expect(refused?.code == NetworkPolicy.privateCode)
        }
        await web.close()
    }

    @Test("The system's resolver is asked, and an address is written as text again")
    func resolver() async throws {
        let found = try await Resolver.addresses(of: "localhost")
        #expect(!found.isEmpty && found.allSatisfy(\.isLoopback))
        #expect(NetworkAddress("[2606:2800:220:1::1]")?.text == "2606:2800:220:1::1")
        #expect(NetworkAddress(bytes: [1, 2, 3]) == nil)
    }
}
