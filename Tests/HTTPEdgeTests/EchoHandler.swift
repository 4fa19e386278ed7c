import HTTPEdge
import Synchronization

/// Echoes the request as the server parsed it, and offers the behaviours that tests need.
final class EchoHandler: RequestHandler {
    /// The number of requests.
    let requests = Mutex(0)
    /// The number of event streams that have ended.
    let endedStreams = Mutex(0)
    /// The number of events written.
    let ticks = Mutex(0)
    /// The number of pauses that a disconnect has ended.
    let cancelledPauses = Mutex(0)

    /// The number of heads that were judged without a body.
    let verdicts = Mutex(0)

    func verdict(on head: HTTPRequest) async -> HeadVerdict {
        verdicts.withLock { $0 += 1 }
        if head.query == "late" { try? await Task.sleep(for: .milliseconds(50)) }
        switch head.path {
        case "/closed":
            return .answer(HTTPResponse(.unauthorized, body: .bytes(Array("a token, please\n".utf8))))
        case "/form": return .takeBody(atMost: 40_000)
        default: return .takeBody(atMost: .max)
        }
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        requests.withLock { $0 += 1 }
        switch request.path {
        case "/large":
            return HTTPResponse(.ok, body: .bytes([UInt8](repeating: UInt8(ascii: "x"), count: 4 << 20)))
        case "/events", "/flood":
            let size = request.path == "/flood" ? 64 << 10 : 16
            return HTTPResponse(
                .ok, fields: HTTPFields([("Content-Type", "text/event-stream")]),
                body: .events(
                    EventStream { [self] writer in
                        defer { endedStreams.withLock { $0 += 1 } }
                        while true {
                            try await writer.send(Array("data: \(String(repeating: "y", count: size))\n\n".utf8))
                            ticks.withLock { $0 += 1 }
                            if request.query == "one" { return }
                            try await Task.sleep(for: .milliseconds(1))
                        }
                    }))
        case "/planted":
            let smuggled = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled"
            let fields = HTTPFields([
                ("Content-Length", "3"), ("transfer-encoding", "chunked"), ("Connection", "keep-alive"),
                ("X-Own", "kept"),
            ])
            let words = request.query?.split(separator: "-") ?? []
            let status = HTTPStatus(words.first.flatMap { Int($0) } ?? 0)
            switch words.last {
            case "events":
                return HTTPResponse(
                    status, fields: fields, body: .events(EventStream { try await $0.send(Array(smuggled.utf8)) }))
            case "torn":
                return HTTPResponse(status, fields: fields, body: .torn(Array(smuggled.utf8), announced: 1000))
            case "field": return HTTPResponse(status, fields: HTTPFields([("X", "a\r\n\r\n" + smuggled)]))
            case "name": return HTTPResponse(status, fields: HTTPFields([("X: a\r\n\r\n" + smuggled, "a")]))
            default: return HTTPResponse(status, fields: fields, body: .bytes(Array(smuggled.utf8)))
            }
        case "/torn":
            return HTTPResponse(.ok, body: .torn(Array("half".utf8), announced: 10))
        case "/silence":
            return HTTPResponse(.none, body: .silence)
        default:
            if request.path == "/pause", let milliseconds = Int(request.query ?? "") {
                do {
                    try await request.connection?.pause(for: .milliseconds(milliseconds))
                } catch {
                    cancelledPauses.withLock { $0 += 1 }
                    return HTTPResponse(.none, body: .silence)
                }
            }
            if request.path == "/slow" { try? await Task.sleep(for: .milliseconds(300)) }
            let line =
                "\(request.method.rawValue) \(request.path) ?\(request.query ?? "-") "
                + "host=\(request.host ?? "-") body=\(request.body.count)\n"
            return HTTPResponse(
                .ok, fields: HTTPFields([("Content-Type", "text/plain")]), body: .bytes(Array(line.utf8)))
        }
    }
}

/// Runs a test against a server on a free port and stops it.
func withServer(
    limits: Limits = Limits(), _ body: (HTTPServer, EchoHandler) async throws -> Void
) async throws {
    let handler = EchoHandler()
    let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0, limits: limits)
    await server.serve(handler)
    do {
        try await body(server, handler)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}
