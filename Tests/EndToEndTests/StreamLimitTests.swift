import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("Streams beyond the maximum")
struct StreamLimitTests {
    @Test("A subject may have 256 open streams; one more is refused until another one ends")
    func streamsOfASubject() async throws {
        let (binary, ready) = try await Binary.ready()
        let port = try ready.port
        let client = TestClient(port: port)
        let issued = try await client.send("POST", "/debug/tokens/issue", body: "{\"subject\": \"ann\"}")
        let token = try #require(issued.json["access_token"]?.string)
        var streams: [RawConnection] = []
        for _ in 0..<256 {
            let stream = try await RawConnection(port: port)
            #expect(await Self.listen(stream, token).contains("acknowledged"))
            streams.append(stream)
        }
        let further = try await RawConnection(port: port)
        #expect(await Self.listen(further, token).contains("Too many open streams"))
        let other = try await client.send("POST", "/debug/tokens/issue", body: "{\"subject\": \"ben\"}")
        let stranger = try await RawConnection(port: port)
        #expect(await Self.listen(stranger, try #require(other.json["access_token"]?.string)).contains("acknowledged"))

        streams.removeLast()
        #expect(await eventually { await Self.listen(further, token).contains("acknowledged") })
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    private static func listen(_ connection: RawConnection, _ token: String) async -> String {
        let (fields, body) = TestClient.modernRequest(
            "subscriptions/listen", ["notifications": ["toolsListChanged": true]], token: token)
        let lines = fields.map { "\($0): \($1)\r\n" }.joined()
        await connection.send(
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
        return await connection.read(until: "}}")
    }
}
