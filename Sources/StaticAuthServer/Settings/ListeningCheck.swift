internal import HTTPEdge

extension Settings {
    /// The problems of addresses, proxies and the public URL.
    var listeningProblems: [Settings.Problem] {
        var found: [Settings.Problem] = []
        if host != "localhost", !Origin.isAddress(host) {
            found.append(.init(.host, "'\(host)' is not an address; give localhost or an IP address."))
        }
        if !(0...65535).contains(port) {
            found.append(.init(.port, "\(port) is not a port; give a number from 0 to 65535 (0: any free port)."))
        }
        if let publicURL, Origin(publicURL) == nil {
            found.append(
                .init(
                    .publicURL,
                    "'\(publicURL)' is not an origin; give http or https, a host and perhaps a port, without a path: "
                        + "https://mcp.example.com."))
        }
        do throws(TrustedProxies.Malformed) {
            _ = try TrustedProxies(trustedProxies)
        } catch {
            found.append(
                .init(
                    .trustedProxies,
                    "'\(error.text)' is neither an address nor a network without further bits, such as 10.0.0.0/8."))
        }
        if isPlainOffLoopback, addresses.allSatisfy(Origin.isLoopback(host:)) {
            found.append(
                .init(
                    .publicURL,
                    "Tokens would cross the network in plain http; give an https URL, or with \(wording[.host]) the "
                        + "address at which other machines reach this server without a proxy.",
                    isCombination: true))
        }
        return found
    }
}
