import Primitives
import MCPCore
import TestSupport
import Testing

@Suite("Scenarios of the binary")
struct ScenarioTests {
    @Test("A server that is started in a scenario warns of it, and misbehaves as it says")
    func start() async throws {
        let (binary, ready) = try await Binary.ready(["--scenario", "issuer-slash"])
        #expect(binary.standardError.contains("Note: scenario issuer-slash: "))
        let client = TestClient(port: try ready.port)
        let document = try await client.get("/.well-known/oauth-authorization-server").json
        #expect(document["issuer"]?.string == client.origin + "/")
    }

    @Test("The variable does the same as the flag")
    func variable() async throws {
        let (binary, ready) = try await Binary.ready(environment: ["MCP_STATIC_SCENARIO": "issuer-slash"])
        let client = TestClient(port: try ready.port)
        let scenario = try await client.get("/debug/scenario").json["scenario"]?.object
        #expect(scenario?["name"] == "issuer-slash")
        withExtendedLifetime(binary) {}
    }

    @Test("A scenario that nobody knows ends with 64, and near names are said")
    func unknown() async throws {
        let binary = try Binary(["--scenario", "issuer-slush"])
        #expect(await binary.exitCode() == 64)
        #expect(binary.standardError.contains("'issuer-slush' is not the name of a scenario, perhaps issuer-slash."))
    }

    @Test("The subcommand lists every scenario, for people and for programs")
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
