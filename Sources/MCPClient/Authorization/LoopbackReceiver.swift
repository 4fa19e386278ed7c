internal import HTTPEdge
internal import OAuth
internal import Synchronization

/// Listens on this machine for the redirect that ends an authorization.
///
/// RFC 8252 §7.3 and §8.3: on a loopback address only, and only during the login. It answers one path; an answer with
/// another `state` is refused, and it continues to listen.
final class LoopbackReceiver: Sendable {
    let port: Int
    private let http: HTTPServer
    private let answers: AsyncStream<FormParameters>
    private let arrive: AsyncStream<FormParameters>.Continuation

    /// Listens on the first free port.
    ///
    /// - Parameters:
    ///   - ports: the ports to try in order; empty or 0 for any free one.
    ///   - host: `localhost` for both families, or an address.
    /// - Throws: `usage` when all are in use.
    init(ports: [Int], host: String) async throws {
        let addresses = host == "localhost" ? ["127.0.0.1", "::1"] : [host == "[::1]" ? "::1" : "127.0.0.1"]
        var limits = Limits()
        (limits.bodyBytes, limits.connections, limits.stopGrace) = (1024, 64, .seconds(1))
        var bound: HTTPServer?
        for port in ports.isEmpty ? [0] : ports where bound == nil {
            bound = try? await HTTPServer(addresses: addresses, port: port, limits: limits)
        }
        guard let bound else {
            throw ClientError(
                .usage, "No port for the callback is free: \(ports.map(String.init).joined(separator: ", ")).",
                advice: .nameOtherPorts)
        }
        http = bound
        port = bound.port
        (answers, arrive) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Waits for the answer to an attempt, closes, and returns it.
    ///
    /// - Throws: `authorizationRefused` after the timeout.
    func answer(to attempt: AuthorizationAttempt, path: String, timeout: Duration) async throws -> FormParameters {
        await http.serve(CallbackPage(check: CallbackCheck(attempt: attempt), path: path, port: port, arrive: arrive))
        let answers = answers
        let alarm = Task { [arrive] in
            try await Task.sleep(for: timeout)
            arrive.finish()
        }
        defer { alarm.cancel() }
        let first = await answers.first { _ in true }
        await close()
        guard let first else {
            try Task.checkCancellation()
            throw ClientError(
                .authorizationRefused, "Nobody finished the login within \(timeout.inSeconds) seconds.",
                advice: .raiseLoginTimeout, code: "timeout")
        }
        return first
    }

    /// Stops listening.
    func close() async { await http.stop() }
}

/// The pages for the browser.
private struct CallbackPage: RequestHandler {
    let check: CallbackCheck
    let path: String
    let port: Int
    let arrive: AsyncStream<FormParameters>.Continuation

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let hosts = ["127.0.0.1", "localhost", "[::1]"].map { "\($0):\(port)" }
        guard let host = request.host, hosts.contains(host.lowercased()) else {
            return Self.page(.forbidden, "This address is only for the browser on this machine.")
        }
        guard request.method == .get, request.path == path else {
            return Self.page(.notFound, "There is nothing here.")
        }
        guard let answer = try? FormParameters(decoding: (request.query ?? "").utf8), check.isOurs(answer) else {
            return Self.page(.badRequest, "This answer belongs to another login. Go back to the right window.")
        }
        arrive.yield(answer)
        return Self.page(.ok, "You can close this window.")
    }

    /// A page that repeats nothing of the request and must not be cached.
    private static func page(_ status: HTTPStatus, _ text: String) -> HTTPResponse {
        let title = ClientDescription.name
        let html = "<!doctype html><html lang=en><meta charset=utf-8><title>\(title)</title><p>\(text)</p>\n"
        return HTTPResponse(
            status,
            fields: HTTPFields([
                ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
                ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
                ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"),
            ]), body: .bytes(Array(html.utf8)))
    }
}
