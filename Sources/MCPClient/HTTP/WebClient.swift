internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How long the client waits, and how much it takes.
public struct WebLimits: Sendable {
    /// How long a connection may take to come about.
    public var connectTimeout = Duration.seconds(10)
    /// How long an exchange may take as a whole; event streams that are meant to stay open are exempt.
    public var timeout = Duration.seconds(30)
    /// The largest document or message, in bytes.
    public var bodyBytes = 8 << 20
    /// The most bytes of one event stream that answers a request.
    public var streamBytes = 64 << 20
    /// The largest metadata document, in bytes.
    public var documentBytes = 1 << 20

    /// The limits of a normal client.
    public init() {}
}

/// HTTP as this client needs it: bounded in time and size, traced, and loyal to one origin.
///
/// A redirect is followed only within the origin that was asked, so that no token, code or secret reaches another one
/// (MCP Security Best Practices, "SSRF"; RFC 9700 §4.9).
public final class WebClient: Sendable {
    let limits: WebLimits
    let trace: Trace?
    private let client: HTTPClient

    /// Opens nothing yet; call ``close()`` in the end.
    ///
    /// - Parameter trace: gets a line for everything that is sent and received, with secrets left out.
    public init(limits: WebLimits = WebLimits(), trace: Trace? = nil) {
        self.limits = limits
        self.trace = trace
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(limits.connectTimeout)))
        // Long calls and subscriptions keep a connection each, and the next request must not wait for one of them.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
        configuration.connectionPool.idleTimeout = Self.idleTimeout
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// How long a connection is kept that nothing is asked on: less than the 5 s after which common servers close
    /// theirs, so that no request meets a connection that is being closed.
    private static let idleTimeout = TimeAmount.seconds(3)

    /// A client like this one without any open connection, for what may be sent once only and follows a long wait.
    func fresh() -> WebClient { WebClient(limits: limits, trace: trace) }

    /// Nobody has to call ``close()`` when work ends before it has begun.
    deinit { client.shutdown { _ in } }

    /// Closes all connections.
    public func close() async { try? await client.shutdown() }

    /// Sends a request and reads the whole answer.
    ///
    /// - Throws: ``ClientError`` of kind `network` or `discovery`; `CancellationError`.
    func send(
        _ request: WebRequest, limit: Int? = nil, timeout: Duration? = nil, followingRedirects: Bool = true
    ) async throws -> WebResponse {
        try await bounded(by: timeout ?? limits.timeout, request.url) {
            let stream = followingRedirects ? try await self.open(request) : try await self.exchange(request)
            let body = try await stream.collect(limit ?? self.limits.bodyBytes)
            return WebResponse(head: stream.head, body: body, place: stream.place)
        }
    }

    /// Sends a request and returns with the head of the answer; the caller bounds the time.
    func open(_ request: WebRequest) async throws -> WebStream {
        let asked = request.url
        var request = request
        for _ in 0..<4 {
            var stream = try await exchange(request)
            if request.url != asked { stream.redirectedFrom = asked }
            guard [301, 302, 303, 307, 308].contains(stream.head.status), let target = stream.head.first("location"),
                request.method == .get || [307, 308].contains(stream.head.status)
            else { return stream }
            let next = try Self.redirect(from: request.url, to: target)
            await stream.discard()
            request.url = next
        }
        throw ClientError(
            .network, "\(asked.withoutQuery) redirects again and again, at last to \(request.url.withoutQuery).")
    }

    /// Sends a request; once more where a kept connection turned out to be dead and that can do no harm.
    private func exchange(_ request: WebRequest) async throws -> WebStream {
        do {
            return try await exchangeOnce(request)
        } catch let error as ClientError where error.code == Self.closedCode && request.isRepeatable {
            return try await exchangeOnce(request)
        }
    }

    private func exchangeOnce(_ request: WebRequest) async throws -> WebStream {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for (name, value) in request.fields { outgoing.headers.add(name: name, value: value) }
        if request.method == .post { outgoing.body = .bytes(request.body) }
        trace?.sent(request)
        do {
            let answer = try await client.execute(outgoing, deadline: .distantFuture)
            let head = WebHead(
                status: Int(answer.status.code), fields: answer.headers.map { (name: $0.name, value: $0.value) })
            trace?.received(head, from: request.url)
            return WebStream(head: head, url: request.url, body: answer.body, trace: trace)
        } catch {
            throw Self.failure(error, url: request.url)
        }
    }

    /// The URL a redirect leads to.
    ///
    /// - Throws: when that is another origin.
    private static func redirect(from url: String, to target: String) throws(ClientError) -> String {
        let next = WebAddress(url)?.resolving(target)
        guard let next, next.origin == WebAddress(url)?.origin else {
            throw ClientError(
                .discovery, "\(url.withoutQuery) redirects to another origin, \(target.withoutQuery.printable()).",
                advice: "It was not followed, because secrets would leave with it. Use the right URL directly.")
        }
        return next.text
    }

    static func failure(_ error: any Error, url: String) -> any Error {
        if error is CancellationError || error is ClientError || error is RemoteError { return error }
        let name = url.withoutQuery
        if let error = error as? IOError, [ECONNRESET, EPIPE].contains(error.errnoCode) {
            return ClientError(
                .network, "\(name) closed the connection: \(String(cString: strerror(error.errnoCode))).",
                advice: "Try again.", code: closedCode)
        }
        guard let error = error as? HTTPClientError else {
            return ClientError(
                .network, "Cannot reach \(name): \(reason(error)).",
                advice: "Is the server running, and is the URL right?", code: unreachableCode)
        }
        switch error {
        case .cancelled: return CancellationError()
        case .connectTimeout, .deadlineExceeded, .readTimeout:
            return ClientError(
                .network, "\(name) does not answer.", advice: "Check the URL and the network.",
                code: error == .connectTimeout ? unreachableCode : nil)
        case .remoteConnectionClosed:
            return ClientError(.network, "\(name) closed the connection without a whole answer.", code: closedCode)
        default: return ClientError(.network, "Cannot reach \(name): \(error.shortDescription).")
        }
    }
}

extension WebClient {
    /// The code of a failure after which nobody knows what the server has done.
    static let closedCode = "closed"
    /// The code of a failure before anything was sent.
    static let unreachableCode = "unreachable"

    /// The system's own words for why a connection failed, which SwiftNIO wraps up in its own.
    private static func reason(_ error: any Error) -> String {
        let text = String(describing: error)
        guard let mark = text.firstRange(of: "errno: "),
            let code = CInt(text[mark.upperBound...].prefix { $0.isNumber })
        else {
            return text.contains("dnsAError: Optional") ? "its name is not known" : text.printable()
        }
        return String(cString: strerror(code))
    }
}

/// An answer whose body is still coming.
struct WebStream: Sendable {
    let head: WebHead
    let url: String
    /// The URL that was asked, when it led here by a redirect.
    fileprivate(set) var redirectedFrom: String?
    fileprivate let body: HTTPClientResponse.Body
    fileprivate let trace: Trace?

    fileprivate init(head: WebHead, url: String, body: HTTPClientResponse.Body, trace: Trace?) {
        (self.head, self.url, self.body, self.trace) = (head, url, body, trace)
    }

    /// The URL for messages, with the one that was asked when that redirected here.
    var place: String {
        url.withoutQuery + (redirectedFrom.map { " (redirected from \($0.withoutQuery))" } ?? "")
    }

    /// Hands over the chunks of the body as they come, until there are no more or the function returns false.
    func chunks(
        isolation: isolated (any Actor)? = #isolation, _ take: ([UInt8]) async throws -> Bool
    ) async throws {
        do {
            for try await buffer in body {
                guard try await take(Array(buffer.readableBytesView)) else { return }
            }
            try Task.checkCancellation()
        } catch {
            throw WebClient.failure(error, url: url)
        }
    }

    /// Reads an answer that nobody wants to its end, so that the connection can be used again; a long or slow one costs
    /// the connection instead.
    func discard() async {
        _ = try? await bounded(by: .seconds(1), url) { try await self.collect(64 << 10) }
    }

    /// The whole body.
    ///
    /// - Throws: when it is larger than the limit.
    func collect(_ limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await chunks { chunk in
            bytes += chunk
            guard bytes.count <= limit else {
                throw ClientError(.network, "The answer of \(place) is larger than \(limit) bytes.")
            }
            return true
        }
        trace?.body(bytes, of: head)
        return bytes
    }
}
