#if SQLite
import Foundation
import MCPCore
import Primitives
import Synchronization
import Testing
import TestSupport

@Suite("A stop under load", .serialized)
struct StopUnderLoadTests {
    private final class Count: Sendable {
        let value = Mutex(0)
    }

    /// A client that refreshes without a pause, on one connection after the other.
    private struct Refresher {
        let port: Int
        var refreshToken: String
        /// The number of answers.
        let answers = Count()
        /// The beginning of an answer that the connection cut off.
        var half = ""

        /// Refreshes until the server has stopped.
        ///
        /// A request without any answer must have had no effect, or the token is lost.
        mutating func run() async {
            while let connection = try? await RawConnection(port: port) {
                while true {
                    let answer = await ask(connection)
                    guard let next = Self.refreshToken(in: answer) else {
                        half = answer
                        break
                    }
                    refreshToken = next
                    answers.value.withLock { $0 += 1 }
                }
                guard half.isEmpty else { return }
            }
        }

        private func ask(_ connection: RawConnection) async -> String {
            let form = TestClient.encode([
                ("grant_type", "refresh_token"), ("refresh_token", refreshToken),
                ("client_id", "static-mcp-client-001"),
                ("client_secret", "your-secret-key-change-this-in-production"),
            ])
            await connection.send(
                "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)")
            return await connection.read(until: "}")
        }

        private static func refreshToken(in answer: String) -> String? {
            guard answer.hasPrefix("HTTP/1.1 200 "), let body = answer.firstRange(of: "\r\n\r\n") else { return nil }
            let document = try? JSONParser.parse(Array(answer[body.upperBound...].utf8))
            return document?.object?["refresh_token"]?.string
        }
    }

    @Test("Each request gets a whole answer, or has no effect and no byte of an answer")
    func underLoad() async throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "--store", "sqlite:\(folder.path)/grants.sqlite", "--public-url", "http://localhost", "--log-level",
            "error",
        ]
        let (binary, ready) = try await Binary.ready(arguments)
        let port = try ready.port
        var clients: [Refresher] = []
        for _ in 0..<16 {
            let tokens = try await Flow(TestClient(port: port)).logIn().redeem()
            clients.append(Refresher(port: port, refreshToken: try #require(tokens.refreshToken)))
        }
        let (stream, token) = (try await RawConnection(port: port), try await Self.token(port))
        await stream.send(Self.listen(token))
        #expect(await stream.read(until: "acknowledged").hasPrefix("HTTP/1.1 200 "))
        let load = Task { [clients] in
            await withTaskGroup { group in
                for client in clients {
                    group.addTask {
                        var client = client
                        await client.run()
                        return client
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        let counts = clients.map(\.answers)
        let isUnderLoad = await eventually { counts.allSatisfy { $0.value.withLock { $0 } >= 5 } }
        #expect(isUnderLoad)
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0, "\(binary.standardError)")
        let rest = await stream.readToEnd()
        #expect(rest.contains("\"resultType\":\"complete\"") && rest.hasSuffix("\r\n0\r\n\r\n"), "\(rest)")

        clients = await load.value
        #expect(clients.map(\.half) == clients.map { _ in "" })
        let (again, readyAgain) = try await Binary.ready(arguments)
        for client in clients {
            let flow = Flow(TestClient(port: try readyAgain.port))
            #expect(try await flow.refresh(client.refreshToken).answer.status == 200)
        }
        again.signal(SIGTERM)
        #expect(await again.exitCode() == 0)
    }

    @Test("A second signal stops at once while the first waits for a client")
    func secondSignal() async throws {
        let (binary, ready) = try await Binary.ready()
        let port = try ready.port
        let client = try await RawConnection(port: port)
        await client.send("POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\na")
        let isReceived = await eventually {
            let answer = try? await TestClient(port: port).get("/metrics")
            return answer?.body.contains("connections 2") == true
        }
        #expect(isReceived)
        binary.signal(SIGTERM)
        #expect(await eventually { (try? await RawConnection(port: port)) == nil })
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == -SIGTERM)
    }

    private static func token(_ port: Int) async throws -> String {
        try #require(
            try await TestClient(port: port).send("POST", "/debug/tokens/issue", body: "{}").json["access_token"]?
                .string)
    }

    private static func listen(_ token: String) -> String {
        let (fields, body) = TestClient.modernRequest(
            "subscriptions/listen", ["notifications": ["toolsListChanged": true]], token: token)
        let lines = fields.map { "\($0): \($1)\r\n" }.joined()
        return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)"
    }
}
#endif
