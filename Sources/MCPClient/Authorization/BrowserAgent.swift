public import OAuth

/// A person with a browser on this machine.
public struct BrowserAgent: AuthorizationAgent {
    /// The address that receives the answer.
    public struct Callback: Sendable {
        /// `127.0.0.1` or `localhost`; some servers compare it literally.
        public var host = "127.0.0.1"
        /// The ports to try, in order; empty for any free one.
        public var ports: [Int] = []
        /// The path.
        public var path = "/callback"

        /// Makes the default: any free port of 127.0.0.1.
        public init() {}
    }

    /// The address that receives the answer.
    public var callback: Callback
    /// The timeout of the login.
    public var timeout: Duration
    private let open: @Sendable (_ url: String) async throws -> Void

    /// Makes an agent.
    ///
    /// - Parameter open: opens a URL in the person's browser.
    public init(
        callback: Callback = Callback(), timeout: Duration = .seconds(300),
        open: @escaping @Sendable (_ url: String) async throws -> Void
    ) {
        self.callback = callback
        self.timeout = timeout
        self.open = open
    }

    /// The URI with the first port, or without one.
    public var redirectURIs: [String] { [uri(port: callback.ports.first ?? 0)] }

    private func uri(port: Int) -> String {
        "http://\(callback.host)\(port == 0 ? "" : ":\(port)")\(callback.path)"
    }

    /// The ports to try; if any will do, that of the registered URI comes first, because some servers compare ports.
    private func ports(preferring registered: String?) -> [Int] {
        guard callback.ports.isEmpty, let port = registered.flatMap(URI.init)?.port.map(Int.init),
            uri(port: port) == registered
        else { return callback.ports }
        return [port, 0]
    }

    /// Listens, opens the browser, and waits.
    ///
    /// - Throws: `usage` when no port is free, `authorizationRefused` after the timeout, and errors of `begin` and
    ///   `open`; `CancellationError`.
    public func authorize(
        preferring registered: String?, _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        let receiver = try await LoopbackReceiver(ports: ports(preferring: registered), host: callback.host)
        do {
            let attempt = try await begin(uri(port: receiver.port))
            try await open(attempt.url)
            return (attempt, try await receiver.answer(to: attempt, path: callback.path, timeout: timeout))
        } catch {
            await receiver.close()
            throw error
        }
    }
}
