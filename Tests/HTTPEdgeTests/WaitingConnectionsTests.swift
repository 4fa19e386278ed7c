import Dispatch
import HTTPEdge
import Synchronization
import TestSupport
import Testing

@Suite("What waits for the server when an answer is ready")
struct WaitingConnectionsTests {
    /// Answers `/number` with the number of the connection, `/waiting` with those that wait when the test goes on, and
    /// `/unread` with that number and those whose answers to `/unread` are not read.
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
            if request.path == "/unread" {
                let others = connection.unread().map(String.init).joined(separator: ",")
                text = "\(connection.number)<\(others)"
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

    #if os(Linux)
    @Test(
        "It is known which of the clients on this machine that were asked about have not read their answers",
        arguments: ["127.0.0.1", "::1"], [true, false])
    func unread(address: String, closes: Bool) async throws {
        guard let server = try? await HTTPServer(addresses: [address], port: 0) else { return }
        await server.serve(Handler())
        let end = closes ? "Connection: close\r\n" : ""
        let request = "GET /unread HTTP/1.1\r\nHost: a\r\n\(end)\r\n"
        let others = try await RawConnection(address: address, port: server.port)
        await others.send(Self.get("/number"))
        var connections: [RawConnection] = []
        var numbers: [String] = []
        for isRead in [true, false, true, false] {
            let connection = try await RawConnection(address: address, port: server.port)
            await connection.send(request)
            // The number of the one after it shows that it was answered.
            let number = isRead ? Self.number(in: await connection.read(until: ">")).prefix { $0 != "<" } : nil
            numbers.append(number.map(String.init) ?? "")
            connections.append(connection)
        }
        let asking = try await RawConnection(address: address, port: server.port)
        let first = try #require(Int(numbers[0]))
        let expected = "\(first + 1),\(first + 3)"
        var unread = ""
        for _ in 0..<200 where unread != expected {
            await asking.send(Self.get("/unread"))
            unread = Self.others(in: await asking.read(until: ">"))
        }
        #expect(unread == expected)
        for index in [1, 3] { _ = await connections[index].read(until: ">") }
        await asking.send(Self.get("/unread"))
        #expect(Self.others(in: await asking.read(until: ">")) == "")
        await server.stop()
    }
    #endif

    private static func others(in answer: String) -> String {
        String(number(in: answer).drop { $0 != "<" }.dropFirst())
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
