import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("Scenarios of the program")
struct ScenarioTests {
    @Test("A server started in a scenario warns of it, and deviates as described")
    func start() async throws {
        let (binary, ready) = try await Binary.ready(["--scenario", "issuer-slash"])
        #expect(binary.standardError.contains("Note: scenario issuer-slash: "))
        let client = TestClient(port: try ready.port)
        let document = try await client.get("/.well-known/oauth-authorization-server").json
        #expect(document["issuer"]?.string == client.origin + "/")
    }

    @Test("The variable has the effect of the flag")
    func variable() async throws {
        let (binary, ready) = try await Binary.ready(environment: ["MCP_STATIC_SCENARIO": "issuer-slash"])
        let client = TestClient(port: try ready.port)
        let scenario = try await client.get("/debug/scenario").json["scenario"]?.object
        #expect(scenario?["name"] == "issuer-slash")
        withExtendedLifetime(binary) {}
    }

    @Test("An unknown scenario ends with 64 and suggests similar names")
    func unknown() async throws {
        let binary = try Binary(["--scenario", "issuer-slush"])
        #expect(await binary.exitCode() == 64)
        #expect(binary.standardError.contains("'issuer-slush' is not the name of a scenario, perhaps issuer-slash."))
    }

    @Test("The subcommand lists every scenario, as text and as JSON")
    func listing() async throws {
        let json = try Binary(["scenarios", "--format", "json"])
        #expect(await json.exitCode() == 0)
        let list = try JSONParser.parse(Array(json.standardOutput.utf8.dropLast())).object?["scenarios"]?.array
        #expect(list?.count ?? 0 > 50)
        let text = try Binary(["scenarios"])
        #expect(await text.exitCode() == 0)
        for name in list?.compactMap({ $0.object?["name"]?.string }) ?? [] {
            #expect(text.standardOutput.contains("\(name)\n  What the server does  "))
        }
    }
}
