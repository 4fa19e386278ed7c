public import OAuth

/// A person with a browser on this machine.
public struct BrowserAgent: AuthorizationAgent {
    /// Where the answer is received.
    public struct Callback: Sendable {
        /// `127.0.0.1` or `localhost`; some servers compare it literally.
        public var host = "127.0.0.1"
        /// The ports to try, in order; empty: any that is free.
        public var ports: [Int] = []
        /// The path.
        public var path = "/callback"

        /// Any free port of 127.0.0.1.
        public init() {}
    }

    /// Where the answer is received.
    public var callback: Callback
    /// How long the person may take.
    public var timeout: Duration
    private let open: @Sendable (_ url: String) async throws -> Void

    /// An agent.
    ///
    /// - Parameter open: shows the page of a URL to the person.
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

    /// Listens, opens the browser, and waits.
    public func authorize(
        _ begin: @Sendable (_ redirectURI: String) -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        let receiver = try await LoopbackReceiver(ports: callback.ports, host: callback.host)
        let attempt = begin(uri(port: receiver.port))
        do {
            try await open(attempt.url)
            return (attempt, try await receiver.answer(to: attempt, path: callback.path, timeout: timeout))
        } catch {
            await receiver.close()
            throw error
        }
    }
}
