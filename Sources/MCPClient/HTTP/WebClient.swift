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

/// The timeouts and size limits of the client.
public struct WebLimits: Sendable {
    /// The timeout for connecting.
    public var connectTimeout = Duration.seconds(10)
    /// Whether a connection that fails is tried again until ``connectTimeout``, for a server that is being restarted.
    public var retriesConnecting = true
    /// The timeout of an exchange as a whole, except for event streams that stay open.
    public var timeout = Duration.seconds(30)
    /// The maximum size of a document or message, in bytes.
    public var bodyBytes = 8 << 20
    /// The maximum size of an event stream that answers a request, in bytes.
    public var streamBytes = 64 << 20
    /// The maximum size of a metadata document, in bytes.
    public var documentBytes = 1 << 20

    /// Makes the default limits.
    public init() {}
}

/// The HTTP client: limited in time and size, traced, and bound to one origin.
///
/// A redirect is followed only within the origin of the request, so that no token, code or secret reaches another one
/// (MCP Security Best Practices, "SSRF"; RFC 9700 §4.9).
public final class WebClient: Sendable {
    let limits: WebLimits
    let trace: Trace?
    private let networks: NetworkPolicy
    private let client: OwnedClient
    private let pinned: PinnedClients

    /// Makes a client without connections; call ``close()`` in the end.
    ///
    /// - Parameter trace: gets a line for everything that is sent and received, with secrets redacted.
    public convenience init(limits: WebLimits = WebLimits(), trace: Trace? = nil) {
        self.init(limits: limits, trace: trace, networks: .any)
    }

    /// Makes a client that connects only to some networks.
    package init(limits: WebLimits, trace: Trace? = nil, networks: NetworkPolicy) {
        self.limits = limits
        self.trace = trace
        self.networks = networks
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(limits.connectTimeout)))
        // Long calls and subscriptions occupy a connection each, and the next request must not wait for one of them.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
        configuration.connectionPool.idleTimeout = Self.idleTimeout
        configuration.connectionPool.retryConnectionEstablishment = limits.retriesConnecting
        client = OwnedClient(configuration)
        pinned = PinnedClients(configuration)
    }

    /// The lifetime of an idle connection: less than the 5 s of common servers, so that no request meets a connection
    /// that is being closed.
    private static let idleTimeout = TimeAmount.seconds(3)

    /// A client like this one without any open connection, for requests that cannot be repeated and follow a long wait.
    func fresh() -> WebClient { WebClient(limits: limits, trace: trace, networks: networks) }

    /// Closes all connections; without it they are closed with the last reference to this client.
    public func close() async { await client.close() }

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

    /// Sends a request and returns with the head of the answer; the caller limits the time.
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

    /// Sends a request; repeats it when a reused connection was dead and repeating is harmless.
    private func exchange(_ request: WebRequest) async throws -> WebStream {
        do {
            return try await exchangeOnce(request)
        } catch let error as ClientError where error.code == Self.closedCode && request.isRepeatable {
            return try await exchangeOnce(request)
        }
    }

    private func exchangeOnce(_ request: WebRequest) async throws -> WebStream {
        let address = WebAddress(request.url)
        let client = try await client(for: address)
        // Names under localhost are not in every resolver; a pinned host is the one that was checked, in lower case.
        let spelling = networks.isPublicOnly ? address?.text : address?.atLocalhost
        var outgoing = HTTPClientRequest(url: spelling ?? request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        if let address, !networks.isPublicOnly, address.atLocalhost != nil {
            outgoing.headers.add(name: "Host", value: address.authority)
        }
        for (name, value) in request.fields { outgoing.headers.add(name: name, value: value) }
        if request.method == .post { outgoing.body = .bytes(request.body) }
        trace?.sent(request)
        do {
            let answer = try await client.http.execute(outgoing, deadline: .distantFuture)
            let head = WebHead(
                status: Int(answer.status.code), fields: answer.headers.map { (name: $0.name, value: $0.value) })
            trace?.received(head, from: request.url)
            return WebStream(head: head, url: request.url, body: answer.body, client: client, trace: trace)
        } catch {
            throw Self.failure(error, url: request.url)
        }
    }

    /// The client whose connections lead to a permitted address.
    ///
    /// - Throws: ``ClientError`` for any other.
    private func client(for address: WebAddress?) async throws -> OwnedClient {
        guard networks.isPublicOnly else { return client }
        guard let address else { throw ClientError(.discovery, "This is no URL of HTTP.") }
        return try await pinned.client(for: address, by: networks) ?? client
    }

    /// Checks the URL of a server that somebody else has chosen.
    ///
    /// - Returns: the URL with scheme and host in lower case.
    /// - Throws: ``ClientError``: `usage` for another URL than of a server that may be called, `discovery` with the
    ///   code ``NetworkPolicy/privateCode`` for an address that may not, `network` for an unknown name.
    package func admit(server: String) async throws -> String {
        let address = try AddressCheck.server(server)
        _ = try await client(for: address)
        return address.text
    }

    /// The target URL of a redirect.
    ///
    /// - Throws: when that is another origin.
    private static func redirect(from url: String, to target: String) throws(ClientError) -> String {
        guard let next = WebAddress(url)?.resolving(target) else {
            throw ClientError(
                .discovery,
                "\(url.withoutQuery) redirects to '\(target.withoutQuery.printable())', which is no URL of HTTP.",
                advice: "The server, or a proxy before it, has to correct its Location.")
        }
        guard next.origin == WebAddress(url)?.origin else {
            throw ClientError(
                .discovery, "\(url.withoutQuery) redirects to another origin, \(target.withoutQuery.printable()).",
                advice: "It was not followed, because secrets would leave with it. Use the right URL directly.")
        }
        return next.text
    }

    static func failure(_ error: any Error, url: String) -> any Error {
        if error is CancellationError || error is ClientError || error is RemoteError { return error }
        let name = url.withoutQuery
        if ConnectionCause.isCut(error) {
            return ClientError(
                .network, "\(name) closed the connection before its answer was whole.", advice: "Try again.",
                code: closedCode)
        }
        if let error = error as? IOError, [ECONNRESET, EPIPE].contains(error.errnoCode) {
            return ClientError(
                .network, "\(name) closed the connection: \(String(cString: strerror(error.errnoCode))).",
                advice: "Try again.", code: closedCode)
        }
        guard let error = error as? HTTPClientError else {
            let cause = ConnectionCause(error)
            return ClientError(
                .network, "Cannot reach \(name): \(cause.words).", advice: cause.advice,
                code: cause.isBeforeRequest ? unreachableCode : nil)
        }
        switch error {
        case .cancelled: return CancellationError()
        case .connectTimeout, .deadlineExceeded, .readTimeout:
            return ClientError(
                .network, "\(name) does not answer.", advice: "Check the URL and the network.",
                code: error == .connectTimeout ? unreachableCode : nil)
        case .remoteConnectionClosed:
            return ClientError(.network, "\(name) closed the connection without a whole answer.", code: closedCode)
        case _ where error.shortDescription.hasPrefix("Invalid header field"):
            return ClientError(
                .usage, "The request to \(name) was not sent: a name or value of its header is none that HTTP allows.")
        default: return ClientError(.network, "Cannot reach \(name): \(error.shortDescription).")
        }
    }
}

extension WebClient {
    /// The code of a failure after which it is unknown whether the server processed the request.
    static let closedCode = "closed"
    /// The code of a failure before anything was sent.
    static let unreachableCode = "unreachable"
}

/// An answer whose body is still arriving.
struct WebStream: Sendable {
    let head: WebHead
    let url: String
    /// The URL of the request, when a redirect led here.
    fileprivate(set) var redirectedFrom: String?
    fileprivate let body: HTTPClientResponse.Body
    /// Keeps the connection open until the body has been read.
    private let client: OwnedClient
    fileprivate let trace: Trace?

    fileprivate init(head: WebHead, url: String, body: HTTPClientResponse.Body, client: OwnedClient, trace: Trace?) {
        (self.head, self.url, self.body, self.client, self.trace) = (head, url, body, client, trace)
    }

    /// The URL for messages, with the one of the request when that redirected here.
    var place: String {
        url.withoutQuery + (redirectedFrom.map { " (redirected from \($0.withoutQuery))" } ?? "")
    }

    /// Passes on the chunks of the body as they arrive, until the end or until the function returns false.
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

    /// Reads an unneeded answer to its end, so that the connection can be reused; for a long or slow one the connection
    /// is closed instead.
    func discard() async {
        _ = try? await bounded(by: .seconds(1), url) { try await self.collect(64 << 10) }
    }

    /// The whole body.
    ///
    /// Of a refusal the beginning is enough: a body that is too large or cut must not hide its status.
    ///
    /// - Throws: when the body of a success is larger than the limit, or cut.
    func collect(_ limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            try await chunks { chunk in
                bytes += chunk
                guard bytes.count > limit else { return true }
                guard !head.isSuccess else {
                    throw ClientError(.network, "The answer of \(place) is larger than \(limit) bytes.")
                }
                bytes.removeLast(bytes.count - limit)
                return false
            }
        } catch let error as ClientError where error.code == WebClient.closedCode && !head.isSuccess {
            // The status has arrived.
        }
        trace?.body(bytes, of: head)
        return bytes
    }
}
