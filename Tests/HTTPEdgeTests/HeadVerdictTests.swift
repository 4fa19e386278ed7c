import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("A request is judged by its head before a large or slow body is read")
struct HeadVerdictTests {
    @Test(
        "A request that is refused by its head is answered without its body, and the connection closes",
        arguments: [
            "Content-Length: 1048575\r\n\r\n", "Content-Length: 1048575\r\nExpect: 100-continue\r\n\r\n",
            "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n", "Content-Length: 10\r\n\r\nabc",
            "Content-Length: 10\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ])
    func refused(rest: String) async throws {
        for query in ["", "?late"] {
            try await withServer { server, handler in
                let client = try await RawConnection(port: server.port)
                await client.send("POST /closed\(query) HTTP/1.1\r\nHost: a\r\n\(rest)")
                let answer = await client.read(until: "a token, please\n")
                #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.hasSuffix("a token, please\n"))
                try #require(answer.contains("\r\nConnection: close\r\n"))
                #expect(await client.read() == nil)
                #expect(handler.requests.withLock { $0 } == 0)
                #expect(server.heldBytes == 0)
            }
        }
    }

    @Test("A client in the middle of its upload can read why it was refused")
    func midUpload() async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send("POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            for _ in 0..<10 { await client.send(String(repeating: "x", count: 100_000)) }
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 401 "))
            #expect(handler.requests.withLock { $0 } == 0)
        }
    }

    @Test("An accepted request is served whole, and the connection stays open")
    func accepted() async throws {
        for query in ["", "?late"] {
            try await withServer { server, handler in
                let client = try await RawConnection(port: server.port)
                let body = String(repeating: "x", count: 100_000)
                await client.send("POST /\(query) HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n\(body)")
                #expect(await client.read(until: "body=100000\n").hasPrefix("HTTP/1.1 200 OK"))
                await client.send("POST /\(query) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _ in 0..<10 { await client.send("2710\r\n\(body.prefix(10_000))\r\n") }
                await client.send("0\r\n\r\n")
                await client.send(
                    "POST /\(query) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")
                let answers = await client.readToEnd()
                #expect(answers.hasSuffix("body=3\n"))
                #expect(handler.requests.withLock { $0 } == 3)
                #expect(handler.verdicts.withLock { $0 } == 2)
            }
        }
    }

    @Test("100 Continue is sent once, to an accepted request whose body has not been sent yet")
    func invitation() async throws {
        for query in ["", "?late"] {
            try await withServer { server, _ in
                let client = try await RawConnection(port: server.port)
                await client.send(
                    "POST /\(query) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                #expect(await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                await client.send("abc")
                let answer = await client.read(until: "body=3\n")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
                await client.send(
                    "POST /\(query) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc")
                #expect(await client.read(until: "body=3\n").hasPrefix("HTTP/1.1 200 OK"))
            }
        }
    }

    @Test(
        "A path's own limit holds for every framing, in any pieces",
        .proves(.oversizedRequestIsRefused))
    func limitOfPath() async throws {
        let body = String(repeating: "x", count: 50_000)
        let chunk = "c350\r\n\(body)\r\n"
        for rest in [
            "Content-Length: 50000\r\n\r\n", "Content-Length: 50000\r\n\r\n\(body)",
            "Transfer-Encoding: chunked\r\n\r\n\(chunk)0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n9c41\r\n\(body.prefix(40_001))\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n\(String(repeating: "3e8\r\n\(body.prefix(1000))\r\n", count: 50))0\r\n\r\n",
        ] {
            try await withServer { server, handler in
                let client = try await RawConnection(port: server.port)
                await client.send("POST /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(rest)")
                #expect(await client.readToEnd().hasPrefix("HTTP/1.1 413 "))
                #expect(handler.requests.withLock { $0 } == 0)
            }
        }
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n\(body.prefix(40_000))")
            #expect(await client.read(until: "body=").contains("body=40000"))
            await client.send(
                "POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "9c40\r\n\(body.prefix(40_000))\r\n0\r\n\r\n")
            #expect(await client.read(until: "body=").contains("body=40000"))
        }
    }

    @Test("A small request is not judged by its head, whatever follows it")
    func smallOnes() async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            for _ in 0..<20 {
                await client.send("POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                #expect(await client.read(until: "body=3\n").hasPrefix("HTTP/1.1 200 OK"))
            }
            #expect(handler.verdicts.withLock { $0 } == 0)
        }
    }
}
