/// The proxies whose `X-Forwarded-For` is believed.
///
/// Behind a proxy every connection has the proxy's address. Each proxy appends the address of its client to
/// `X-Forwarded-For`, so the list is read from its end: entries of trusted proxies count, entries before them may be
/// forged.
public struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    /// No proxies.
    public static let none = TrustedProxies(networks: [])

    private init(networks: [IPNetwork]) {
        self.networks = networks
    }

    /// A text that is neither an address nor a network.
    public struct Malformed: Error {
        /// The text.
        public let text: String
    }

    /// Reads addresses (`192.0.2.1`, `::1`) and networks (`10.0.0.0/8`, `fd00::/8`).
    ///
    /// - Throws: ``Malformed`` for the first text that is neither.
    public init(_ texts: [String]) throws(Malformed) {
        var networks: [IPNetwork] = []
        for text in texts {
            guard let network = IPNetwork(text) else { throw Malformed(text: text) }
            networks.append(network)
        }
        self.networks = networks
    }

    /// The address of the client: that of the connection, or the one that a trusted proxy names.
    ///
    /// It is the last address of the list that is not a trusted proxy, or the first one when all are. When an entry is
    /// not an address, that of the connection counts.
    ///
    /// - Parameters:
    ///   - connection: the peer address of the connection.
    ///   - forwardedFor: the values of `X-Forwarded-For`, in order.
    func peer(connection: String, forwardedFor: @autoclosure () -> [String]) -> String {
        guard !networks.isEmpty, var peer = IPAddress(connection), isTrusted(peer) else { return connection }
        for entry in forwardedFor().flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }).reversed() {
            guard let address = IPAddress(String(entry.drop(while: \.isBlank).prefix { !$0.isBlank })) else {
                return connection
            }
            peer = address
            guard isTrusted(address) else { break }
        }
        return peer.text
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }
}

extension Character {
    fileprivate var isBlank: Bool { self == " " || self == "\t" }
}
