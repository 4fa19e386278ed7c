import Dispatch
import HTTPEdge
import Synchronization
import TestSupport
import Testing

@Suite("What waits for the server when an answer is ready")
struct WaitingConnectionsTests {
    /// Answers `/number` with the number of the connection, and `/waiting` with those that wait when the test goes on.
    private final class Handler: RequestHandler {
        let ends = Mutex<[Int: ConnectionEnd]>([:])
        let isBlocked = Mutex(false)
        let goesOn = DispatchSemaphore(value: 0)

        func verdict(on head: HTTPRequest) async -> HeadVerdict { .takeBody(atMost: 0) }

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            guard let connection = request.connection else { return HTTPResponse(.internalServerError) }
            ends.withLock { $0[connection.number] = connection.end }
            var text = "\(connection.number)"
            if request.path == "/waiting" {
                // Nothing else is read meanwhile.
                isBlocked.withLock { $0 = true }
                block()
                text = connection.waiting.sorted().map(String.init).joined(separator: ",")
            }
            return HTTPResponse(.ok, body: .bytes(Array("<\(text)>".utf8)))
        }

        private func block() { goesOn.wait() }

        func respond(to refusal: Refusal, peer: String) -> HTTPResponse { HTTPResponse(refusal.status) }
    }

    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

    private static func number(in answer: String) -> String {
        String(answer.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }

    @Test("An open connection with a request waits, and so does a new one; those without one do not")
    func waiting() async throws {
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0)
        let handler = Handler()
        await server.serve(handler)
        var connections: [RawConnection] = []
        var numbers: [String] = []
        for _ in 0..<4 {
            let connection = try await RawConnection(port: server.port)
            await connection.send(Self.get("/number"))
            numbers.append(Self.number(in: await connection.read(until: ">")))
            connections.append(connection)
        }
        await connections[0].send(Self.get("/waiting"))
        #expect(await eventually { handler.isBlocked.withLock { $0 } })
        await connections[1].send(Self.get("/number"))
        await connections[2].send(Self.get("/number"))
        let new = try await RawConnection(port: server.port)
        handler.goesOn.signal()
        let waiting = Self.number(in: await connections[0].read(until: ">"))
        await new.send(Self.get("/number"))
        let next = Self.number(in: await new.read(until: ">"))
        #expect(waiting == [numbers[1], numbers[2], next].joined(separator: ","))
        for index in [1, 2] { _ = await connections[index].read(until: ">") }
        handler.goesOn.signal()
        await connections[3].send(Self.get("/waiting"))
        #expect(Self.number(in: await connections[3].read(until: ">")) == "")
        await server.stop()
    }

    @Test("The end of a connection is known when its client closes it, and may be asked for later")
    func end() async throws {
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0)
        let handler = Handler()
        await server.serve(handler)
        let began = ContinuousClock.now
        do {
            let connection = try await RawConnection(port: server.port)
            await connection.send(Self.get("/number"))
            _ = await connection.read(until: ">")
            #expect(handler.ends.withLock { $0.values.first?.time } == nil)
        }
        let end = try #require(handler.ends.withLock { $0.values.first })
        #expect(await eventually { end.time != nil })
        #expect(end.time.map { $0 > began } == true)
        await server.stop()
    }
}
