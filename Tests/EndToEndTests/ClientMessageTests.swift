import Foundation
import HTTPEdge
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("What the client says at the command line")
struct ClientMessageTests {
    private static func url(_ ready: ReadyFile) throws -> String { try #require(ready.string("mcp_url")) }

    @Test("A client whose secret is missing is told so before the login, with the exit code of a missing login")
    func missingSecret() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        let outcome = try await client.run(["login", url] + ClientBinary.headless, input: "demo_password\n")
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains("MCP_CLIENT_SECRET"))
        let isPublic = try await client.run(
            ["login", url, "--client-id", "static-mcp-public-001"] + ClientBinary.headless.dropFirst(2),
            input: "demo_password\n")
        #expect(isPublic.code == 0, "\(isPublic.errors)")
        let asked = try await client.run(["introspect", url])
        #expect(asked.code == 77 && asked.errors.contains("this login's client has none"), "\(asked.errors)")
        #expect(!asked.errors.contains("Check --client-id"))
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
        let log = server.standardError
        #expect(
            log.components(separatedBy: "path=/login").count == log.components(separatedBy: "path=/token").count + 1)
    }

    @Test("A request that /authorize refuses is explained in the server's words, and no password is sent")
    func refusedRequest() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        let outcome = try await client.run(
            ["login", url, "--client-id", "nobody", "--headless", "--username", "demo_user", "--password-stdin"],
            input: "demo_password\n", environment: ClientBinary.secret)
        #expect(outcome.code == 77)
        #expect(outcome.errors.contains("This client_id is not registered here"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("is missing"))
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
        #expect(!server.standardError.contains("path=/login"))
    }

    @Test("JUnit is the doctor's alone, in every command")
    func junit() async throws {
        let client = try ClientBinary()
        let url = "http://127.0.0.1:1/mcp"
        for command in [
            ["status"], ["list"], ["add", "a", url], ["remove", "a"], ["allow", "a"], ["tools", url], ["token", url],
            ["logout", url], ["bridge", url],
        ] {
            let outcome = try await client.run(command + ["--output", "junit"])
            #expect(outcome.code == 64 && outcome.errors.contains("Only the doctor writes JUnit."), "\(command)")
        }
    }

    @Test("A name for a server is one that needs no quotes, and misspelt ones are corrected")
    func names() async throws {
        let client = try ClientBinary()
        for name in ["bad name!", "", "-x", "a/b", "a\u{1B}[31mb", "a\nb", "$(x)"] {
            let outcome = try await client.run(["add", "--", name, "http://127.0.0.1:1/mcp"])
            #expect(outcome.code == 64, "\(name): \(outcome.errors)")
            #expect(!outcome.errors.contains("\u{1B}"))
        }
        let refused = try await client.run(["add", "bad name!", "http://127.0.0.1:1/mcp"])
        #expect(refused.errors.contains("A name is of letters, digits"), "\(refused.errors)")
        #expect(try await client.run(["add", "example.one_2-ä", "http://127.0.0.1:1/mcp"]).code == 0)
        #expect(try await client.run(["add", "staging", "http://127.0.0.1:1/mcp"]).code == 0)
        for command in ["tools", "remove", "status", "logout"] {
            let outcome = try await client.run([command, "stagign"])
            #expect(outcome.code == 64 && outcome.errors.contains("Did you mean 'staging'?"), "\(outcome.errors)")
        }
    }

    @Test("A port that speaks plain HTTP is named as such, without any library's words")
    func noTLS() async throws {
        let (server, ready) = try await Binary.ready()
        let client = try ClientBinary()
        for command in ["tools", "doctor", "login", "discover"] {
            let outcome = try await client.run([command, "https://localhost:\(ready.port)/mcp"])
            #expect(outcome.code == 69 || command == "doctor", "\(outcome.errors)")
            let text = outcome.output + outcome.errors
            #expect(text.contains("does not speak TLS") && text.contains("http://"), "\(text)")
            for word in ["SSL", "NIO", ".cc", ".swift", "error:"] { #expect(!text.contains(word), "\(text)") }
        }
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    // MARK: A hostile server

    /// An open MCP server of 2025-11-25 whose texts would steer a terminal.
    private struct Hostile: RequestHandler {
        static let text = "a\u{1B}[2J\nok   fake: done\r\u{202E}b\u{7}"

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            guard request.method == .post, let message = (try? JSONParser.parse(request.body))?.object else {
                return HTTPResponse(.notFound)
            }
            guard let id = message["id"] else { return HTTPResponse(.accepted) }
            let result: JSONObject
            switch message["method"]?.string {
            case "initialize":
                result = [
                    "protocolVersion": "2025-11-25", "capabilities": ["tools": [:]],
                    "serverInfo": ["name": .string(Self.text), "version": .string(Self.text)],
                ]
            case "tools/list":
                let type: JSONObject = ["type": .string(Self.text)]
                let properties = JSONObject([(Self.text, .object(type))])
                let schema: JSONObject = ["type": "object", "properties": .object(properties)]
                let tool: JSONObject = [
                    "name": .string(Self.text), "description": .string(Self.text), "inputSchema": .object(schema),
                ]
                result = ["tools": [.object(tool)]]
            default:
                let error: JSONObject = ["code": -32000, "message": .string(Self.text)]
                return Self.json(["jsonrpc": "2.0", "id": id, "error": .object(error)])
            }
            return Self.json(["jsonrpc": "2.0", "id": id, "result": .object(result)])
        }

        private static func json(_ document: JSONObject) -> HTTPResponse {
            HTTPResponse(
                .ok, fields: HTTPFields([("Content-Type", "application/json")]),
                body: .bytes(JSONWriter.bytes(of: document)))
        }
    }

    @Test("Names, descriptions and errors of a hostile server reach the terminal as text of their own lines")
    func hostile() async throws {
        let http = try await HTTPServer(addresses: ["127.0.0.1"], port: 0)
        await http.serve(Hostile())
        let (client, url) = (try ClientBinary(), "http://127.0.0.1:\(http.port)/mcp")
        let era = ["--era", "2025-11-25", "--no-login"]
        for command in [
            ["tools", url], ["call", url, "x"], ["call", url, "x", "--output", "json"], ["doctor", url],
        ] {
            let outcome = try await client.run(command + era)
            let text = outcome.output + outcome.errors
            #expect(text.contains("fake") || command[0] == "doctor", "\(command): \(text)")
            let controls = text.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" }
            #expect(controls.isEmpty, "\(command): \(text.debugDescription)")
            let lines = text.split(separator: "\n")
            #expect(!lines.contains { $0.hasPrefix("ok   fake") }, "\(command): \(text)")
        }
        await http.stop()
    }

    @Test("A tool that the server does not list is named, with the one that may be meant")
    func tools() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        #expect(try await client.logIn(url).code == 0)
        let near = try await client.run(["call", url, "ecoh", "message=x"])
        #expect(near.code == 76 && near.errors.contains("Did you mean 'echo'?"), "\(near.errors)")
        let far = try await client.run(["call", url, "nothing-like-it"])
        #expect(far.code == 76 && far.errors.contains("The server lists no tool 'nothing-like-it'"), "\(far.errors)")
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }
}
