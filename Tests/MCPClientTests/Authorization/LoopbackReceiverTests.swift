import Foundation
import HTTPEdge
import MCPCore
import OAuth
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("Receiving the callback")
struct LoopbackReceiverTests {
    /// Logs in with a function as the browser.
    private static func login(
        _ server: ScriptedServer, _ bench: Bench, timeout: Duration = .seconds(20),
        _ callback: BrowserAgent.Callback = .init(), _ browser: @escaping @Sendable (String) async throws -> Void
    ) async throws -> Secret {
        let agent = BrowserAgent(callback: callback, timeout: timeout) { url in
            // A browser outlives its client's request.
            Task { try await browser(url) }
        }
        return try await bench.access(server.mcpURL, agent: agent).authorize()
    }

    /// The target to which the authorization server redirects the browser.
    private static func target(_ url: String, _ server: ScriptedServer, _ changes: [String: String?] = [:]) -> String {
        var answer: [String: String] = ["code": "a-code", "iss": server.origin]
        answer["state"] = Flow.parameters(of: url)["state"]
        for (name, value) in changes { answer[name] = value }
        return "/callback?" + TestClient.encode(answer.map { ($0.key, $0.value) })
    }

    private static func client(_ url: String) throws -> TestClient {
        let redirect = try #require(Flow.parameters(of: url)["redirect_uri"])
        let port = try #require(URL(string: redirect)?.port)
        var client = TestClient(port: port)
        client.host = "127.0.0.1:\(port)"
        return client
    }

    @Test(
        "The browser gets a page that says to close the window, and the port is the one in the request",
        .proves(.callbackIsOnLoopback))
    func page() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let pages = Mutex<[TestClient.Answer]>([])
                _ = try await Self.login(server, bench) { url in
                    let answer = try await Self.client(url).get(Self.target(url, server))
                    pages.withLock { $0.append(answer) }
                }
                #expect(await eventually { pages.withLock { !$0.isEmpty } })
                let page = try #require(pages.withLock { $0.first })
                #expect(page.status == 200)
                #expect(page.body.contains("You can close this window"))
                #expect(!page.body.contains("a-code"))
                #expect(page["Cache-Control"] == "no-store")
                let redirect = Flow.parameters(of: "?" + (server.requests(to: "/token").first?.form.encoded ?? ""))[
                    "redirect_uri"]
                #expect(redirect?.hasPrefix("http://127.0.0.1:") == true)
            }
        }
    }

    @Test("Other paths, hosts, methods and states are refused, and the wait continues")
    func strangers() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let statuses = Mutex<[Int]>([])
                _ = try await Self.login(server, bench) { url in
                    let client = try Self.client(url)
                    var foreign = client
                    foreign.host = "evil.example:\(client.port)"
                    for answer in [
                        try await client.get("/favicon.ico"),
                        try await client.get(Self.target(url, server, ["state": "other"])),
                        try await client.get("/callback"), try await client.send("POST", Self.target(url, server)),
                        try await foreign.get(Self.target(url, server)), try await client.get(Self.target(url, server)),
                    ] { statuses.withLock { $0.append(answer.status) } }
                }
                #expect(await eventually { statuses.withLock { $0.count == 6 } })
                #expect(statuses.withLock { $0 } == [404, 400, 400, 404, 403, 200])
            }
        }
    }

    @Test("Without a login the wait times out, and the port is free again")
    func timeout() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let opened = Mutex("")
                let error = await failure {
                    _ = try await Self.login(server, bench, timeout: .milliseconds(200)) { url in
                        opened.withLock { $0 = url }
                    }
                }
                #expect(error?.code == "timeout")
                let port = try Self.client(opened.withLock { $0 }).port
                await #expect(throws: (any Error).self) { try await TestClient(port: port).get("/") }
            }
        }
    }

    @Test("Cancelling ends the wait")
    func cancelled() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let opened = Mutex("")
                let task = Task {
                    try await Self.login(server, bench) { url in opened.withLock { $0 = url } }
                }
                #expect(await eventually { opened.withLock { !$0.isEmpty } })
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
            }
        }
    }

    @Test(
        "It is reached only through loopback, and only by its path",
        .proves(.callbackIsOnLoopback))
    func loopbackOnly() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let failures = Mutex<[ClientError.Kind?]>([])
                _ = try await Self.login(server, bench) { url in
                    let client = try Self.client(url)
                    // A server on all addresses would answer at this one too.
                    let other = WebRequest(.get, "http://127.0.0.2:\(client.port)\(Self.target(url, server))")
                    let error = await failure { _ = try await bench.web.send(other) }
                    failures.withLock { $0.append(error?.kind) }
                    _ = try await client.get(Self.target(url, server))
                }
                #expect(failures.withLock { $0 } == [.network])
            }
        }
    }

    @Test("The first free port of a list is used, and it is an error when there is none")
    func ports() async throws {
        let first = try await LoopbackReceiver(ports: [0], host: "127.0.0.1")
        let second = try await LoopbackReceiver(ports: [first.port, 0], host: "localhost")
        #expect(second.port != first.port)
        let error = await failure {
            _ = try await LoopbackReceiver(ports: [first.port, second.port], host: "127.0.0.1")
        }
        #expect(error?.advice == .nameOtherPorts)
        await first.close()
        await second.close()
    }

    @Test("A pasted URL is checked like a received one")
    func pasted() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                func login(_ answer: @escaping @Sendable (String) -> String) async throws -> Secret {
                    let agent = PastedAnswerAgent(callback: .init()) { url, _ in answer(url) }
                    return try await bench.access(server.mcpURL, agent: agent).authorize()
                }
                _ = try await login { "http://127.0.0.1:33418" + Self.target($0, server) }
                #expect(
                    await failure { _ = try await login { _ in "http://127.0.0.1:33418/callback" } }?.kind
                        == .authorizationRefused)
                #expect(
                    await failure { _ = try await login { "x" + Self.target($0, server, ["state": "other"]) } }?.code
                        == "state")
            }
        }
    }
}
