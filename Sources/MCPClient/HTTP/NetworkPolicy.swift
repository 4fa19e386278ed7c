/// The networks to which a client connects.
package struct NetworkPolicy: Sendable {
    /// Whether loopback and private addresses are refused, also behind names.
    let isPublicOnly: Bool
    /// Returns the addresses of a name.
    let resolve: @Sendable (_ host: String) async throws -> [NetworkAddress]

    /// Any network: the caller has chosen the server.
    package static let any = NetworkPolicy(isPublicOnly: false, resolve: Resolver.addresses)

    /// The internet only: the caller calls servers for others (MCP Security Best Practices, "SSRF").
    package static let publicOnly = NetworkPolicy(isPublicOnly: true, resolve: Resolver.addresses)

    /// Refuses an address of this machine, of a private network, or of a cloud machine's own services.
    ///
    /// - Returns: the address to connect to; nil for one in the URL itself.
    /// - Throws: ``ClientError`` of kind `discovery` with the code ``privateCode``; `network` for an unknown name.
    func pin(_ address: WebAddress) async throws -> NetworkAddress? {
        guard !address.isPrivate else { throw Self.refusal(address) }
        if NetworkAddress(address.host) != nil { return nil }
        let found: [NetworkAddress]
        do {
            found = try await resolve(address.host)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            found = []
        }
        guard let first = found.first else {
            throw ClientError(
                .network, "Cannot reach \(address.origin): its name is not known.", code: WebClient.unreachableCode)
        }
        // One public address beside a private one is how such a check is evaded.
        guard !found.contains(where: \.isPrivate) else { throw Self.refusal(address) }
        return first
    }

    /// The code of a refused address.
    package static let privateCode = "private_network"

    private static func refusal(_ address: WebAddress) -> ClientError {
        ClientError(
            .discovery, "\(address.origin) is this machine or in a private network; it was not called.",
            code: privateCode)
    }
}
