import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Answers that are broken or late on purpose")
struct BrokenAnswerTests {
    @Test("Silence closes the connection without a byte, and other connections are still served")
    func silence() async throws {
        try await withServer { server, _ in
            let other = try await RawConnection(port: server.port)
            let client = try await RawConnection(port: server.port)
            await client.send("GET /silence HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.readToEnd() == "")
            await other.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await other.read(until: "body=0").contains("GET /x"))
        }
    }

    @Test("Silence does not cut off the answer before it")
    func silenceBehindAnAnswer() async throws {
        try await withServer { server, _ in
            let other = try await RawConnection(port: server.port)
            let client = try await RawConnection(port: server.port)
            await client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET /silence HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.contains("GET /x"))
            #expect(answer.matches(of: #/HTTP/1.1 /#).count == 1)
            other.endBoth()
        }
    }

    @Test(
        "Whatever status, fields and body a fault has, the next answer on the connection is correct",
        arguments: [200, 203, 204, 205, 206, 299, 302, 304, 404, 500, 599])
    func planted(status: Int) async throws {
        for body in ["bytes", "events", "torn", "field", "name"] {
            try await withServer { server, _ in
                let client = try await RawConnection(port: server.port)
                await client.send("GET /planted?\(status)-\(body) HTTP/1.1\r\nHost: a\r\n\r\n")
                await client.send("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let answers = await client.readToEnd()
                var stream = Answers(answers)
                if ["field", "name"].contains(body) {
                    #expect(answers == "", "what would be several fields is not sent")
                    return
                }
                let answer = stream.next()
                let first = try #require(answer)
                #expect(first.status == status)
                #expect(first.fields.contains("x-own: kept"))
                #expect(first.fields.count { $0.hasPrefix("content-length:") } <= 1)
                if [204, 304].contains(status) { #expect(!first.fields.contains { $0.hasPrefix("content-length:") }) }
                if status == 205 { #expect(first.fields.contains("content-length: 0")) }
                if body == "torn" {
                    #expect(first.fields.contains("connection: close"))
                    return
                }
                let next = stream.next()
                let second = try #require(next)
                #expect(second.status == 200 && second.body.hasPrefix("GET /next"))
                #expect(stream.rest.isEmpty)
            }
        }
    }

    @Test("A fault with an invalid status ends the connection", arguments: [0, 99, 100, 101, 103, 199, 1000])
    func noAnswer(status: Int) async throws {
        for body in ["bytes", "events", "torn"] {
            try await withServer { server, _ in
                let client = try await RawConnection(port: server.port)
                await client.send("GET /planted?\(status)-\(body) HTTP/1.1\r\nHost: a\r\n\r\n")
                await client.send("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let answer = await client.readToEnd()
                #expect(!answer.contains("smuggled") && !answer.contains("/next"))
                #expect(answer.isEmpty || answer.hasSuffix("\r\nConnection: close\r\n\r\n"))
            }
        }
    }

    @Test(
        "HEAD is answered without a body, even when its head is refused",
        arguments: [
            "HEAD /x HTTP/1.1\r\nHost: a\r\n", "HEAD /large HTTP/1.1\r\nHost: a\r\n",
            "HEAD /planted?200-torn HTTP/1.1\r\nHost: a\r\n", "HEAD /planted?200-events HTTP/1.1\r\nHost: a\r\n",
            "HEAD /x HTTP/1.1\r\n", "HEAD /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n", "HEAD x HTTP/1.1\r\nHost: a\r\n",
            "HEAD /x HTTP/2.0\r\nHost: a\r\n", "HEAD /x HTTP/1.1\r\nHost: a\r\nX Y: z\r\n",
            "HEAD /x HTTP/1.1\r\nHost: a\nX: y\r\n", "HEAD /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n",
            "HEAD /x HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n",
            "HEAD /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n",
            "HEAD /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n",
            "HEAD /form HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n",
            "HEAD /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "HEAD /x HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n",
            "HEAD /x HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "y", count: 20_000))\r\n",
        ])
    func head(request: String) async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send(request + "\r\n")
            client.endSending()
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 "))
            #expect(answer.hasSuffix("\r\n\r\n") && answer.matches(of: #/\r\n\r\n/#).count == 1)
            #expect(answer.contains("\r\nContent-Length: ") || answer.contains("\r\nTransfer-Encoding: chunked\r\n"))
        }
    }

    @Test("A HEAD request that times out gets an answer without a body")
    func lateHead() async throws {
        var limits = Limits()
        limits.headTimeout = .milliseconds(300)
        try await withServer(limits: limits) { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("HEAD / HTTP/1.1\r\nHo")
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 408 ") && answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("A torn body is announced in full and sent in part, and then the connection is closed")
    func torn() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /torn HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("Content-Length: 10\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nhalf"))
            #expect(await eventually { server.openConnections == 0 })
        }
    }

    @Test("A pause delays one answer, no other connection, and leaves the connection usable")
    func pause() async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /pause?300 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { handler.requests.withLock { $0 } == 1 })
            let other = try await RawConnection(port: server.port)
            await other.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await other.read(until: "body=0").contains("GET /x"))
            #expect(await client.read(until: "body=0").contains("GET /pause"))
            await client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "body=0").contains("GET /next"))
        }
    }

    @Test("A pause ends when the client disconnects")
    func pauseWithoutClient() async throws {
        try await withServer { server, handler in
            do {
                let client = try await RawConnection(port: server.port)
                await client.send("GET /pause?600000 HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(await eventually { handler.requests.withLock { $0 } == 1 })
                #expect(handler.cancelledPauses.withLock { $0 } == 0)
            }
            #expect(await eventually { handler.cancelledPauses.withLock { $0 } == 1 })
            #expect(await eventually { server.openConnections == 0 })
        }
    }

    @Test("A pause does not delay the stop of the server")
    func pauseAndStop() async throws {
        var limits = Limits()
        limits.stopGrace = .seconds(600)
        let handler = EchoHandler()
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0, limits: limits)
        await server.serve(handler)
        let client = try await RawConnection(port: server.port)
        await client.send("GET /pause?600000 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { handler.requests.withLock { $0 } == 1 })
        await server.stop()
        #expect(handler.cancelledPauses.withLock { $0 } == 1)
        #expect(await client.readToEnd() == "")
    }
}

/// Splits answers as a client does that relies on the framing alone (RFC 9112 §6.3).
private struct Answers {
    struct Answer {
        let status: Int
        /// Each as `name: value`, in lower case.
        let fields: [String]
        let body: String
    }

    private(set) var rest: ArraySlice<UInt8>

    init(_ text: String) {
        rest = Array(text.utf8)[...]
    }

    mutating func next() -> Answer? {
        guard let head = take(until: "\r\n\r\n") else { return nil }
        let lines = head.split(separator: "\r\n")
        guard let status = lines.first.flatMap({ Int($0.dropFirst(9).prefix(3)) }) else { return nil }
        let fields = lines.dropFirst().map { $0.lowercased() }
        var body = ""
        if [204, 304].contains(status) || status < 200 {
            // These have no body, whatever the fields say.
        } else if fields.contains("transfer-encoding: chunked") {
            guard let chunks = take(until: "\r\n0\r\n\r\n") else { return nil }
            body = chunks
        } else if let field = fields.first(where: { $0.hasPrefix("content-length: ") }) {
            let bytes = rest.prefix(Int(field.dropFirst(16)) ?? 0)
            rest = rest.dropFirst(bytes.count)
            body = String(decoding: bytes, as: UTF8.self)
        }
        return Answer(status: status, fields: fields, body: body)
    }

    private mutating func take(until end: String) -> String? {
        guard let found = rest.firstRange(of: Array(end.utf8)) else { return nil }
        defer { rest = rest[found.upperBound...] }
        return String(decoding: rest[..<found.lowerBound], as: UTF8.self)
    }
}
