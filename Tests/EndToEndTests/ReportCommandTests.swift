import Foundation
import Testing
import TestSupport

@Suite("static-auth-server report")
struct ReportCommandTests {
    @Test("The exit code is the verdict: 2 before any client, 0 for a correct one, 1 for a wrong one")
    func verdicts() async throws {
        let (server, ready) = try await Binary.ready()
        let client = TestClient(port: try ready.port)
        let before = try await report(client)
        #expect(before.code == 2)
        _ = try await Flow(client).token(["grant_type": "client_credentials"])
        let right = try await report(client)
        #expect(right.code == 0, "\(right.text)")
        #expect(right.text.contains("PASS      auth-right"))
        _ = try await client.send("POST", "/register")
        let wrong = try await report(client, ["--format", "junit"])
        #expect(wrong.code == 1)
        #expect(wrong.text.contains(#"<failure message="The client asked for dynamic registration.">"#))
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("The debug token is read from a variable")
    func token() async throws {
        let variables = ["MCP_STATIC_DEBUG_TOKEN": "0123456789abcdef"]
        let (server, ready) = try await Binary.ready(environment: variables)
        let client = TestClient(port: try ready.port)
        _ = try await Flow(client).token(["grant_type": "client_credentials"])
        let without = try await report(client)
        #expect(without.code == 69)
        #expect(without.problem.contains("MCP_STATIC_DEBUG_TOKEN"))
        let with = try await report(client, ["--format", "json"], variables)
        #expect(with.code == 0)
        #expect(with.text.contains(#""failed":0"#))
        server.signal(SIGTERM)
    }

    @Test("An unreachable or foreign server ends with 69, a bad URL with 64")
    func unreachable() async throws {
        let (server, ready) = try await Binary.ready(["--no-debug"])
        let client = TestClient(port: try ready.port)
        let off = try await report(client)
        #expect(off.code == 69)
        #expect(off.problem.contains("switched off"))
        server.signal(SIGTERM)
        _ = await server.exitCode()
        let gone = try await report(client)
        #expect(gone.code == 69)
        #expect(gone.problem.contains("does not answer"))
        let bad = try Binary(["report", "--url", "localhost:9003"])
        #expect(await bad.exitCode() == 64)
    }

    @Test("It selects a client, a flow and a time, and fails for one that was not seen")
    func selection() async throws {
        let (server, ready) = try await Binary.ready()
        var client = TestClient(port: try ready.port)
        client.agent = "sloppy/3"
        _ = try await client.send("POST", "/register")
        client.agent = "careful/1.2"
        _ = try await Flow(client).token(["grant_type": "client_credentials"])
        #expect(try await report(client).code == 1)
        #expect(try await report(client, ["--client", "sloppy"]).code == 1)
        let careful = try await report(client, ["--client", "Careful/1.2", "--format", "json"])
        #expect(careful.code == 0)
        #expect(careful.text.contains(#""failed":0"#))
        #expect(try await report(client, ["--flow", "2", "--since", "1"]).code == 0)
        #expect(try await report(client, ["--since", "2"]).code == 2)
        let nobody = try await report(client, ["--client", "no body & all"])
        #expect(nobody.code == 64)
        #expect(nobody.text.isEmpty)
        #expect(nobody.problem.contains("No such client was seen. There are: sloppy/3, careful/1.2."))
        #expect(try await report(client, ["--flow", "77"]).problem.contains("There are: 1, 2."))
        #expect(try await report(client, ["--flow", "x"]).code == 64)
        #expect(try await report(client, ["--since", "yesterday"]).problem.contains("since is the id of an entry"))
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("A required rule that was not seen fails, and Markdown is for the summary of a job")
    func required() async throws {
        let (server, ready) = try await Binary.ready()
        let client = TestClient(port: try ready.port)
        _ = try await Flow(client).token(["grant_type": "client_credentials"])
        #expect(try await report(client, ["--require", "auth-right"]).code == 0)
        let missing = try await report(client, ["--require", "auth-right,refresh-once", "--format", "markdown"])
        #expect(missing.code == 1)
        #expect(missing.text.contains("#### ❌ `refresh-once`") && missing.text.contains("no request shows it"))
        let unknown = try await report(client, ["--require", "refresh-ones"])
        #expect(unknown.code == 64 && unknown.problem.contains("Did you mean refresh-once?"))
        #expect(try await report(client, ["--format", "html"]).text.contains("<h1>Report</h1>"))
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    private func report(
        _ client: TestClient, _ flags: [String] = [], _ environment: [String: String] = [:]
    ) async throws -> (code: Int32?, text: String, problem: String) {
        let binary = try Binary(["report", "--url", client.origin] + flags, environment: environment)
        let code = await binary.exitCode()
        return (code, binary.standardOutput, binary.standardError)
    }
}
