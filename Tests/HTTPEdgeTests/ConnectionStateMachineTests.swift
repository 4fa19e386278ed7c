import NIOCore
import Testing

@testable import HTTPEdge

@Suite("The state machine of a connection")
struct ConnectionStateMachineTests {
    private let connection = MachineBench()

    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
    private static func post(_ size: Int, _ path: String = "/a", _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\(fields)\r\n"
    }
    private static func chunked(_ method: String, _ size: Int) -> String {
        "\(method) /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "\(String(size, radix: 16))\r\n\(bytes(size))\r\n0\r\n\r\n"
    }
    private static func bytes(_ count: Int) -> String { String(repeating: "x", count: count) }

    // MARK: - Pipelining

    @Test("Pipelined requests are delivered one at a time, in order")
    func pipelining() {
        #expect(
            connection.send(Self.get("/a") + Self.post(3, "/b") + "abc" + Self.get("/c")) == "respond /a, no timeout")
        #expect(connection.next() == "nothing")
        #expect(connection.answer() == "write 200")
        #expect(connection.next() == "nothing")
        #expect(connection.written() == "idle timeout")
        #expect(connection.next() == "respond /b 3, no timeout")
        #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
        #expect(connection.next() == "respond /c, no timeout")
    }

    @Test("The next request is delivered only when the client has read the answer")
    func unreadAnswer() {
        _ = connection.send(Self.get("/a") + Self.get("/b"))
        _ = connection.answer()
        #expect(connection.written(false) == "unread timeout")
        #expect(connection.next() == "nothing")
        #expect(connection.becameWritable() == "idle timeout")
        #expect(connection.next() == "respond /b, no timeout")
    }

    // The bytes go out while they are written: the answer is not finished before the handler says so.
    @Test("Room for more bytes while an answer is being written does not finish it")
    func writableWhileWriting() {
        _ = connection.send(Self.get("/a") + Self.get("/b"))
        _ = connection.answer()
        #expect(connection.becameWritable() == "nothing")
        #expect(connection.next() == "nothing")
        #expect(connection.written() == "idle timeout")
        #expect(connection.becameWritable() == "nothing")
    }

    @Test("The socket is not read while enough pipelined input waits, and is read again afterwards")
    func readAhead() {
        let requests = String(repeating: Self.get("/a"), count: 3000)
        _ = connection.send(Self.get("/a") + requests)
        #expect(!connection.mayRead())
        #expect(connection.isReadHeld)
        while connection.pending > 0 {
            _ = connection.answer()
            _ = connection.written()
            _ = connection.next()
        }
        #expect(connection.mayRead())
        #expect(!connection.isReadHeld)
        _ = connection.send(Self.post(100_000) + Self.bytes(10))
        _ = connection.accept()
        #expect(connection.send(Self.bytes(80_000)) == "")
        #expect(connection.mayRead())
    }

    @Test("Between two pipelined requests other connections have their turn, and the socket is not read")
    func turns() {
        _ = connection.send(String(repeating: Self.get("/a"), count: 3000))
        #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
        #expect(connection.send("") == "")
        #expect(!connection.mayRead())
        #expect(connection.next() == "respond /a, no timeout")
    }

    @Test("The socket is not read while a head is judged and enough of its body waits")
    func readAheadDuringVerdict() {
        _ = connection.send(Self.post(100_000))
        _ = connection.send(Self.bytes(70_000))
        #expect(!connection.mayRead())
        _ = connection.accept()
        #expect(connection.next() == "nothing")
        #expect(connection.mayRead())
    }

    // MARK: - Bodies

    @Test("100 Continue is sent to an accepted request whose body is not sent yet, and to no other")
    func expectContinue() {
        let head = Self.post(3, "/a", "Expect: 100-continue\r\n")
        #expect(connection.send(head) == "judge /a, no timeout")
        #expect(connection.accept() == "100, body timeout")
        #expect(connection.send("abc") == "respond /a 3, no timeout")
        _ = (connection.answer(), connection.written())
        _ = connection.send(head + "a")
        #expect(connection.accept() == "body timeout")
        #expect(connection.send("bc") == "respond /a 3, no timeout")
        _ = (connection.answer(), connection.written())
        _ = connection.send(Self.post(0, "/a", "Expect: 100-continue\r\n"))
        #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
        _ = connection.send(head)
        #expect(connection.reject() == "write 401 close")
    }

    @Test("A large body is read only when its head is accepted, a small one at once")
    func verdicts() {
        #expect(connection.send(Self.post(1001) + Self.bytes(500)) == "judge /a, no timeout")
        #expect(connection.send(Self.bytes(501)) == "")
        #expect(connection.accept() == "body timeout")
        #expect(connection.next() == "respond /a 1001, no timeout")
        _ = (connection.answer(), connection.written())
        #expect(connection.send(Self.chunked("POST", 1001)) == "judge /a, no timeout")
        #expect(connection.accept() == "respond /a 1001, no timeout")
        _ = (connection.answer(), connection.written())
        #expect(connection.send(Self.post(1000) + Self.bytes(1000)) == "respond /a 1000, no timeout")
    }

    @Test("A refused body is not read as a request: the answer goes out, and the connection closes")
    func refusedUpload() {
        _ = connection.send(Self.post(2000) + Self.bytes(500))
        #expect(connection.reject() == "write 401 close")
        #expect(connection.send(Self.get("/smuggled")) == "")
        #expect(connection.written() == "close lingering, unread timeout")
        #expect(connection.send(Self.get("/smuggled")) == "")
        #expect(connection.budget.held == 0)
    }

    @Test("An accepted body that is too large or malformed is refused, and nothing after it is read")
    func refusedBody() {
        for (start, maximum, rest, status) in [
            (Self.post(2000), 1500, "", 413), (Self.chunked("POST", 1600), 1500, "", 413),
            (
                "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n\(Self.bytes(1990))", 3000,
                "\(Self.bytes(10))\r\n7d0\r\n", 413
            ),
            (
                "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n\(Self.bytes(2000))", 3000,
                "x", 400
            ),
        ] {
            let connection = MachineBench()
            #expect(connection.send(start) == "judge /a, no timeout")
            let actions = [connection.accept(atMost: maximum), connection.send(rest)]
            #expect(actions.contains { $0.hasSuffix("refuse \(status), unread timeout") }, "\(actions)")
            #expect(connection.send(Self.get("/smuggled")) == "")
            #expect(connection.next() == "nothing")
        }
    }

    @Test("The refusal of a HEAD request has no body", arguments: ["x", "late", "whole", "body"])
    func refusedHead(refusal: String) {
        let action =
            switch refusal {
            case "x": connection.send("HEAD x HTTP/1.1\r\n\r\n")
            case "late": [connection.send("HEAD / HT"), connection.timedOut()][1]
            case "whole": [connection.send(Self.chunked("HEAD", 1600)), connection.accept(atMost: 1500)][1]
            default:
                [
                    connection.send("HEAD /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n"),
                    connection.accept(atMost: 1),
                ][1]
            }
        #expect(action.hasPrefix("refuse 4") && action.hasSuffix(" without body, unread timeout"), "\(action)")
    }

    @Test("A GET request is refused with a body, even when a HEAD request is behind it")
    func refusedBeforeHead() {
        _ = connection.send(Self.chunked("POST", 1600) + "HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.accept(atMost: 1500) == "refuse 413, unread timeout")
    }

    // MARK: - Answers that end the connection

    @Test("An answer is written once, whole or not at all")
    func wholeOrNothing() {
        _ = connection.send(Self.get("/a"))
        #expect(
            connection.answer(HTTPResponse(.ok, fields: HTTPFields([("X", "a\r\n\r\nb")]))) == "close, unread timeout")
        #expect(connection.answer() == "nothing")
        #expect(connection.written() == "nothing")
        for (response, action) in [
            (HTTPResponse(.none, body: .silence), "close, unread timeout"),
            (HTTPResponse(HTTPStatus(100)), "write 100 close"),
            (HTTPResponse(HTTPStatus(99)), "close, unread timeout"),
            (HTTPResponse(.ok, body: .torn([1], announced: 10)), "write 200 close"),
        ] {
            let connection = MachineBench()
            _ = connection.send(Self.get("/a") + Self.get("/b"))
            #expect(connection.answer(response) == action)
            #expect(connection.answer() == "nothing")
            _ = connection.written()
            #expect(connection.next() == "nothing")
        }
    }

    @Test("Input that cannot be served during an answer ends the connection without another byte")
    func errorInAnswer() {
        for start in ["answering", "streaming", "unread"] {
            let connection = MachineBench()
            _ = connection.send(Self.get("/a"))
            if start != "answering" {
                _ = connection.answer(start == "unread" ? HTTPResponse(.ok) : MachineBench.stream)
            }
            if start == "unread" { _ = connection.written(false) }
            #expect(connection.send(Self.bytes(300_000)) == "abort")
            #expect(
                [connection.answer(), connection.streamEnded(), connection.written()] == [
                    "nothing", "nothing", "nothing",
                ])
            #expect(connection.budget.held == 0)
        }
    }

    @Test("A connection with HTTP/1.0 or Connection: close ends after the answer")
    func closingRequests() {
        for head in ["GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"] {
            let connection = MachineBench()
            _ = connection.send(head + Self.get("/b"))
            #expect(connection.answer() == "write 200 close")
            #expect(connection.written() == "close lingering, unread timeout")
            #expect(connection.next() == "nothing")
        }
    }
}
