import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Connections take turns")
struct TurnTests {
    /// Notes the order of requests; the first one of many has another client send one, before it is answered.
    private final class Order: RequestHandler {
        let other = Mutex<RawConnection?>(nil)
        let paths = Mutex<[String]>([])

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            paths.withLock { $0.append(request.path) }
            if request.path == "/first", let other = other.withLock({ $0 }) {
                await other.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            return HTTPResponse(.ok, body: .bytes(Array("ok".utf8)))
        }

        func respond(to refusal: Refusal, peer: String) -> HTTPResponse { HTTPResponse(refusal.status) }
    }

    @Test("A client that sends thousands of requests at once does not keep another one waiting", arguments: [1, 20])
    func pipelines(clients: Int) async throws {
        let handler = Order()
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0, limits: Limits())
        await server.serve(handler)
        let other = try await RawConnection(port: server.port)
        await other.send("GET /before HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await other.read(until: "ok").contains("200 OK"))
        handler.other.withLock { $0 = other }
        let count = 3000 / clients
        try await withThrowingTaskGroup { group in
            for client in 0..<clients {
                let connection = try await RawConnection(port: server.port)
                let first = client == clients - 1 ? "GET /first HTTP/1.1\r\nHost: a\r\n\r\n" : ""
                let many = String(repeating: "GET /many HTTP/1.1\r\nHost: a\r\n\r\n", count: count)
                group.addTask {
                    async let sent: Void = connection.send(
                        first + many + "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    let answers = await connection.readToEnd()
                    await sent
                    #expect(answers.matches(of: #/200 OK/#).count == count + 1 + (first.isEmpty ? 0 : 1))
                }
            }
            try await group.waitForAll()
        }
        #expect(await other.read(until: "ok").contains("200 OK"))
        await server.stop()
        let paths = handler.paths.withLock { $0 }
        let (first, place) = (paths.firstIndex(of: "/first"), paths.firstIndex(of: "/other"))
        let between = try #require(place) - (try #require(first))
        #expect(between < 1000, "\(between) requests were answered before that of the other client")
    }
}
