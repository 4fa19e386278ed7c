import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("Numbers beyond every clock and integer, given to the programs")
struct NumberTests {
    private static let extremes = [
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e300", "-1", "0", "65536", "NaN", "-0",
        "99999999999999999999999999", "0.5",
    ]

    @Test(
        "A setting out of its range is refused or accepted, and never crashes the server",
        arguments: [
            "--port", "--access-token-ttl", "--refresh-token-ttl", "--code-ttl", "--rate-limit",
            "--list-changed-interval",
            "--store-wait", "--advertise-expires-in", "--refresh",
        ])
    func settings(_ flag: String) async throws {
        for number in Self.extremes {
            let value = flag == "--refresh" ? "grace:\(number)" : number
            let port = flag == "--port" ? [] : ["--port", "0"]
            let binary = try Binary(port + ["\(flag)=\(value)", "--ready-file", "ready.json"])
            let ready = binary.directory.appending(path: "ready.json").path
            let hasBegun = await eventually { FileManager.default.fileExists(atPath: ready) || !binary.isRunning }
            #expect(hasBegun, "\(flag) \(number)")
            binary.signal(SIGTERM)
            let code = await binary.exitCode()
            #expect(
                [0, 64, 73, 75, 78, 69].contains(code),
                "\(flag) \(value): \(code ?? 0) \(binary.standardError.prefix(300))")
        }
    }

    @Test("The same for options of the client and entries of its files")
    func options() async throws {
        let (server, ready) = try await Binary.ready()
        let url = try #require(ready.string("mcp_url"))
        let client = try ClientBinary()
        #expect(try await client.logIn(url).code == 0)
        for number in Self.extremes {
            for arguments in [
                ["tools", url, "--timeout=\(number)"], ["tools", url, "--login-timeout=\(number)", "--no-login"],
                ["tools", url, "--callback-port=\(number)", "--no-login"],
                ["add", "x\(number)", url, "--callback-port=\(number)"], ["call", url, "echo", "message=\(number)"],
                ["call", url, "echo", "message:=\(number)"],
            ] {
                let outcome = try await client.run(arguments)
                #expect((0...78).contains(outcome.code), "\(arguments): \(outcome.code) \(outcome.errors.prefix(300))")
            }
            let file = client.home.appending(path: "servers.json")
            let text = #"{"mcpServers":{"s":{"type":"http","url":"URL","oauth":{"callbackPort":N}}}}"#
                .replacing("URL", with: url).replacing("N", with: number == "NaN" ? "\"NaN\"" : number)
            try Data(text.utf8).write(to: file)
            let outcome = try await client.run(
                ["login", "s", "--config", file.path] + ClientBinary.headless, input: "demo_password\n",
                environment: ClientBinary.secret)
            #expect(
                (0...78).contains(outcome.code), "callbackPort \(number): \(outcome.code) \(outcome.errors.prefix(300))"
            )
        }
        withExtendedLifetime(server) {}
    }

    @Test(
        "Numbers from a token endpoint crash neither the doctor, login, refresh nor call",
        arguments: [
            "1e300", "1e19", "9223372036854775807", "-9223372036854775808", "1e999",
        ])
    func planted(_ number: String) async throws {
        let (server, ready) = try await Binary.ready()
        let (url, admin) = (try #require(ready.string("mcp_url")), TestClient(port: try ready.port))
        let client = try ClientBinary()
        for (endpoint, body) in [
            ("introspect", #"{"active":true,"exp":N,"iat":N}"#),
            ("token", #"{"access_token":"planted","token_type":"Bearer","refresh_token":"p","expires_in":N}"#),
        ] {
            let fault: JSONObject = [
                "endpoint": .string(endpoint), "times": "always",
                "fault": [
                    "status": 200, "headers": ["Content-Type": "application/json"],
                    "body": .string(body.replacing("N", with: number)),
                ],
            ]
            let planted = try await admin.send(
                "POST", "/debug/faults", [("Content-Type", "application/json")],
                body: String(decoding: JSONWriter.bytes(of: fault), as: UTF8.self))
            #expect(planted.status == 201)
            for command in ["doctor", "login"] {
                let outcome = try await client.run(
                    [command, url] + ClientBinary.headless, input: "demo_password\n", environment: ClientBinary.secret)
                #expect((0...78).contains(outcome.code), "\(command): \(outcome.code) \(outcome.errors.prefix(300))")
            }
            for arguments in [
                ["refresh", url], ["token", url], ["introspect", url],
                ["call", url, "echo", "message=x", "--no-login"],
            ] {
                let outcome = try await client.run(arguments, environment: ClientBinary.secret)
                #expect((0...78).contains(outcome.code), "\(arguments): \(outcome.code) \(outcome.errors.prefix(300))")
            }
        }
        #expect(try await admin.get("/healthz").status == 200)
        withExtendedLifetime(server) {}
    }
}
