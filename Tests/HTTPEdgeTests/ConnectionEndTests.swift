import NIOCore
import Testing

@testable import HTTPEdge

@Suite("The state machine of a connection: streams, timeouts, half-closes and stops")
struct ConnectionEndTests {
    private let connection = MachineBench()

    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
    private static let upload = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n"
    private static let small = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"
    private static let whole =
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n"
        + "\(String(repeating: "x", count: 2000))\r\n0\r\n\r\n"

    /// A connection in a state.
    private static func connection(_ state: String) -> MachineBench {
        let connection = MachineBench()
        switch state {
        case "fresh": break
        case "used": _ = connection.serve(get("/"))
        case "part of a head": _ = connection.send("GET / HT")
        case "part of a small body": _ = connection.send(small)
        case "judging": _ = connection.send(upload)
        case "judging a whole request": _ = connection.send(whole)
        case "uploading": _ = (connection.send(upload), connection.accept())
        default: _ = connection.send(get("/a"))
        }
        switch state {
        case "streaming": _ = connection.answer(MachineBench.stream)
        case "writing": _ = connection.answer()
        case "unread": _ = (connection.answer(), connection.written(false))
        case "closing": _ = connection.abort()
        default: break
        }
        return connection
    }

    // MARK: - Event streams

    @Test("A stream is written in chunks and leaves the connection usable; nothing follows its end")
    func stream() {
        _ = connection.send(Self.get("/a") + Self.get("/b"))
        #expect(connection.answer(MachineBench.stream) == "stream 200")
        #expect(connection.next() == "nothing")
        #expect(connection.event("data: 1\n\n") == "9\r\ndata: 1\n\n\r\n")
        #expect(connection.event("") == "")
        #expect(connection.streamEnded() == #"write "0\r\n\r\n""#)
        #expect(connection.event("late") == nil)
        #expect(connection.streamEnded() == "nothing")
        #expect(connection.written(false) == "unread timeout")
        #expect(connection.event("late") == nil)
        #expect(connection.becameWritable() == "idle timeout")
        #expect(connection.next() == "respond /b, no timeout")
        #expect(connection.event("late") == nil)
    }

    @Test("A client of a stream that reads again stops the timeout")
    func stalledStream() {
        let connection = Self.connection("streaming")
        #expect(connection.stalled() == "unread timeout")
        #expect(connection.becameWritable() == "no timeout")
    }

    @Test("A stream with HTTP/1.0 ends with the connection; HEAD and 204 have none")
    func otherStreams() {
        _ = connection.send("GET / HTTP/1.0\r\n\r\n")
        #expect(connection.answer(MachineBench.stream) == "stream 200 close")
        #expect(connection.event("data: 1\n\n") == "data: 1\n\n")
        #expect(connection.streamEnded() == #"write """#)
        #expect(connection.written() == "close lingering, unread timeout")
        let other = MachineBench()
        _ = other.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect([other.answer(MachineBench.stream), other.written()] == ["write 200", "idle timeout"])
        _ = other.send(Self.get("/"))
        var response = MachineBench.stream
        response.status = .noContent
        #expect([other.answer(response), other.written()] == ["write 204", "idle timeout"])
    }

    // MARK: - Timeouts

    @Test(
        "A timeout ends a connection as its state demands",
        arguments: [
            ("fresh", "abort"), ("used", "abort"), ("part of a head", "refuse 408, unread timeout"),
            ("part of a small body", "judge /a, no timeout"), ("judging", "abort"),
            ("judging a whole request", "abort"), ("uploading", "refuse 408, unread timeout"), ("answering", "abort"),
            ("streaming", "abort"), ("writing", "abort"), ("unread", "abort"), ("closing", "abort"),
        ])
    func timeout(state: String, action: String) {
        #expect(Self.connection(state).timedOut() == action)
    }

    @Test("The timeouts of head and body run from their first byte, and further bytes do not extend them")
    func slowRequest() {
        #expect(connection.opened() == "head timeout")
        #expect(connection.send("POST /a HTTP/1.1\r\n") == "")
        #expect(connection.send("Host: a\r\n") == "")
        #expect(connection.send("Content-Length: 9\r\n\r\n") == "verdict delay")
        #expect(connection.send("abc") == "")
        #expect(connection.timedOut() == "judge /a, no timeout")
        #expect(connection.accept() == "body timeout")
        #expect(connection.send("abc") == "")
        #expect(connection.send("abc") == "respond /a 9, no timeout")
        #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
        #expect(connection.send("GET") == "head timeout")
        #expect(connection.send(" / HTTP/1.1\r\n") == "")
        #expect(connection.send("Host: a\r\n\r\n") == "respond /, no timeout")
    }

    @Test("What is left of the input behind an answer waits no longer than after a read")
    func timeoutBehindAnswer() {
        let rests = ["GET /c HT": "head timeout", Self.upload.replacing("2000", with: "9"): "verdict delay"]
        for (rest, timeout) in rests {
            let connection = MachineBench()
            _ = connection.send(Self.get("/a") + rest)
            #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
            #expect(connection.next() == "nothing")
            #expect(connection.waitsForInput() == timeout)
        }
    }

    // MARK: - The client's half-close

    @Test(
        "A half-close ends what waits for input and streams, and lets answers finish",
        arguments: [
            ("fresh", "close, unread timeout"), ("used", "close, unread timeout"),
            ("part of a head", "close, unread timeout"), ("part of a small body", "close, unread timeout"),
            ("judging", "close, unread timeout"), ("uploading", "close, unread timeout"), ("streaming", "abort"),
            ("judging a whole request", "end pause"), ("answering", "end pause"), ("writing", "end pause"),
            ("unread", "end pause"), ("closing", "end pause"),
        ])
    func halfClose(state: String, action: String) {
        let connection = Self.connection(state)
        #expect(connection.inputEnded() == action)
        #expect(!connection.mayPause)
        if state == "judging a whole request" { #expect(connection.accept() == "respond /a 2000, no timeout") }
        switch state {
        case "judging a whole request", "answering":
            #expect(connection.answer() == "write 200 close")
            #expect(connection.written(false) == "unread timeout")
            #expect(connection.becameWritable() == "close lingering, unread timeout")
        case "writing": #expect(connection.written() == "close lingering, unread timeout")
        case "unread": #expect(connection.becameWritable() == "close lingering, unread timeout")
        default:
            #expect(
                [connection.accept(), connection.answer(), connection.next()] == ["nothing", "nothing", "nothing"])
        }
        #expect(connection.budget.held == 0)
    }

    @Test("Requests before a half-close are all answered, and an incomplete one ends the connection")
    func halfCloseBehindRequests() {
        _ = connection.send(Self.get("/a") + Self.get("/b") + "GET /c")
        #expect(connection.inputEnded() == "end pause")
        #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
        #expect(connection.next() == "respond /b, no timeout")
        #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
        #expect(connection.next() == "close, unread timeout")
    }

    @Test("Requests that wait for their turn when the client half-closes are answered")
    func halfCloseBeforeTheTurn() {
        _ = connection.send(Self.get("/a") + Self.get("/b"))
        #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
        #expect(connection.inputEnded() == "nothing")
        #expect(connection.next() == "respond /b, no timeout")
        #expect([connection.answer(), connection.written()] == ["write 200 close", "close lingering, unread timeout"])
    }

    @Test("After a half-close the last answer says that the connection closes, and no handler may pause")
    func lastAnswer() {
        _ = connection.send(Self.get("/a") + Self.get("/b"))
        _ = connection.inputEnded()
        #expect(!connection.mayPause)
        #expect([connection.answer(), connection.written()] == ["write 200", "idle timeout"])
        #expect(connection.next() == "respond /b, no timeout")
        #expect(!connection.mayPause)
        #expect(connection.answer() == "write 200 close")
        #expect(connection.written() == "close lingering, unread timeout")
    }

    @Test("A request that is whole when the client half-closes during its verdict is answered")
    func halfCloseDuringVerdict() {
        #expect(connection.send(Self.upload) == "judge /a, no timeout")
        _ = connection.send(String(repeating: "x", count: 2000))
        #expect(connection.inputEnded() == "end pause")
        #expect(connection.accept() == "body timeout")
        #expect(connection.next() == "respond /a 2000, no timeout")
        #expect([connection.answer(), connection.written()] == ["write 200 close", "close lingering, unread timeout"])
    }

    // MARK: - The server's stop

    @Test(
        "A stop closes an idle connection and lets a request under way finish, with Connection: close",
        arguments: [
            "fresh", "used", "part of a head", "part of a small body", "judging", "judging a whole request",
            "uploading",
            "answering", "streaming", "writing", "unread", "closing",
        ])
    func stop(state: String) {
        let connection = Self.connection(state)
        let isIdle = ["fresh", "used", "part of a head"].contains(state)
        #expect(connection.stop() == (isIdle ? "close, unread timeout" : "end pause"))
        #expect(!connection.mayPause)
        switch state {
        case "part of a small body": #expect(connection.send("defghi") == "respond /a 9, no timeout")
        case "judging": _ = (connection.accept(), connection.send(String(repeating: "x", count: 2000)))
        case "judging a whole request": _ = connection.accept()
        case "uploading": _ = connection.send(String(repeating: "x", count: 2000))
        default: break
        }
        switch state {
        case "streaming":
            #expect(connection.event("x") != nil)
            _ = connection.streamEnded()
        case "writing", "unread", "closing": break
        default: #expect(connection.answer() == (isIdle ? "nothing" : "write 200 close"))
        }
        let end = state == "unread" ? connection.becameWritable() : connection.written()
        #expect(end == (isIdle || state == "closing" ? "nothing" : "close lingering, unread timeout"))
        _ = connection.abort()
        #expect(connection.next() == "nothing")
        #expect(connection.budget.held == 0)
    }

    @Test("A handler may pause before its answer, and at no other time")
    func pause() {
        for state in ["used", "part of a small body", "judging", "streaming", "writing", "unread", "closing"] {
            #expect(!Self.connection(state).mayPause, "\(state)")
        }
        #expect(Self.connection("answering").mayPause)
    }

    // MARK: - The budget

    @Test("The bytes of a connection count until its answer or its end, and no longer")
    func budget() {
        for end in ["answered", "closed", "aborted", "refused", "half-closed"] {
            let connection = MachineBench()
            _ = connection.send(Self.whole)
            #expect(connection.budget.held >= 1000)
            switch end {
            case "answered":
                _ = (connection.accept(), connection.answer())
                #expect(connection.budget.held >= 1000)
                _ = connection.written()
            case "closed": connection.closed()
            case "aborted": _ = connection.abort()
            case "refused": _ = connection.accept(atMost: 1)
            default: _ = (connection.accept(), connection.inputEnded(), connection.answer(), connection.written())
            }
            #expect(connection.budget.held == 0, "\(end)")
        }
    }

    @Test("Input that waited for a verdict does not count once it is answered")
    func budgetAfterVerdict() {
        _ = connection.send(Self.upload)
        _ = connection.send(String(repeating: "x", count: 2000))
        _ = connection.accept()
        #expect(connection.next() == "respond /a 2000, no timeout")
        _ = (connection.answer(), connection.written())
        #expect(connection.budget.held == 0)
    }

    @Test("A body that does not fit into the budget of all connections is refused with 503")
    func busy() {
        let first = MachineBench()
        _ = (first.send(Self.upload.replacing("2000", with: "150000")), first.accept())
        _ = first.send(String(repeating: "x", count: 140_000))
        let second = MachineBench(budget: first.budget)
        _ = (second.send(Self.upload.replacing("2000", with: "150000")), second.accept())
        #expect(second.send(String(repeating: "x", count: 140_000)) == "refuse 503, unread timeout")
        #expect(first.send(String(repeating: "x", count: 10_000)) == "respond /a 150000, no timeout")
    }
}
