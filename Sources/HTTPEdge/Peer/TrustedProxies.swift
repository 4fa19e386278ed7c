/// The proxies whose word is taken for where a request comes from.
///
/// Behind a proxy every connection has the proxy's address. Each proxy appends the address it was called from to
/// `X-Forwarded-For`, so the list is read from its end: what a trusted proxy wrote counts, what stands before it may be
/// forged.
public struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    /// Nobody.
    public static let none = TrustedProxies(networks: [])

    private init(networks: [IPNetwork]) {
        self.networks = networks
    }

    /// An address or network that is none.
    public struct Malformed: Error {
        /// What was written.
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

    /// The address a request comes from: that of the connection, or what a trusted proxy says.
    ///
    /// It is the last address of the list that is no trusted proxy, or the first of all where each is one. An entry
    /// that is no address names nobody, and then that of the connection counts.
    ///
    /// - Parameters:
    ///   - connection: the address of the connection's other end.
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
