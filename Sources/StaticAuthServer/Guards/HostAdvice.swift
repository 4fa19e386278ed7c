internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The settings with which a server accepts a request that it refuses because of its `Host`.
struct HostAdvice: Sendable {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// What to do about the `Host` of a request; nil for one that no setting makes right.
    ///
    /// - Parameter port: the port of this server.
    func hint(_ request: HTTPRequest, port: Int) -> SafeText? {
        guard let host = request.host, host.utf8.allSatisfy({ $0.isLetter || $0.isDigit || "-.:[]".utf8.contains($0) }),
            let asked = Origin("\(scheme(of: request))://\(host)")
        else { return nil }
        if ["0.0.0.0", "[::]"].contains(asked.host) {
            return "\(public: asked.host) is an address to listen on. Clients connect to localhost."
        }
        if asked.host.hasSuffix(".") { return "Leave out the dot at the end of the name." }
        if let spelling = Self.spelling(ofThisMachine: asked.host) { return spelling }
        if asked.host.split(separator: ".", omittingEmptySubsequences: false).contains("") {
            return "A part of the name is empty: there is a dot too many."
        }
        if asked.isLoopback {
            return "The port is not this server's. Where it is forwarded, start the server with \(flags(for: asked))."
        }
        return "To be reached by this name, start the server with \(flags(for: asked)). Then /debug needs "
            + "\(public: settings.wording[.debugToken]), because other machines can reach the server."
    }

    /// How to write a host that is this machine, in a spelling that is not served; nil for others.
    static func spelling(ofThisMachine host: String) -> SafeText? {
        if ["localhost.localdomain", "ip6-localhost", "ip6-loopback", "localhost4", "localhost6"].contains(host) {
            return "\(public: host) is this machine, but not served by that name. Connect to localhost."
        }
        if host.hasPrefix("["), isLoopbackIPv6(host.dropFirst().dropLast()) {
            return "Write the address as [::1]\(host.contains(".") ? " or 127.0.0.1" : "")."
        }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host != "127.0.0.1", octets.first == "127", octets.count <= 4,
            octets.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) })
        else { return nil }
        return "\(public: host) is this machine, but not served by that address. Connect to localhost or 127.0.0.1."
    }

    /// Whether a text is another spelling of ::1, or of 127.0.0.1 as an IPv6 address.
    private static func isLoopbackIPv6(_ address: Substring) -> Bool {
        if address == "::1" { return false }
        let lower = address.lowercased()
        if lower.hasPrefix("::ffff:127.") || lower.hasPrefix("::ffff:7f") { return true }
        let groups = address.split(separator: ":")
        return groups.last.map { $0.drop { $0 == "0" } == "1" } == true
            && groups.dropLast().allSatisfy { $0.allSatisfy { $0 == "0" } }
    }

    private func scheme(of request: HTTPRequest) -> String {
        request.fields["x-forwarded-proto"] == ["https"] ? "https" : "http"
    }

    /// The settings that are missing: the name, and what the server asks for when other machines can reach it.
    private func flags(for asked: Origin) -> SafeText {
        let wording = settings.wording
        var changed = settings
        changed.publicURL = asked.text
        var flags: [SafeText] = ["\(public: wording[.publicURL]) \(public: asked.text)"]
        if changed.isPlainOffLoopback, changed.addresses.allSatisfy(Origin.isLoopback(host:)) {
            flags.append("\(public: wording[.host]) \(asked.host.hasPrefix("[") ? "::" : "0.0.0.0")")
        }
        if changed.isOffLoopback, settings.hasDefaultSecret {
            flags.append("\(public: wording[.clientSecret]) SECRET")
        }
        if changed.isOffLoopback, settings.users.contains(where: settings.hasDefaultPassword) {
            flags.append("\(public: wording[.users]) \(public: wording[.user])")
        }
        return SafeText(flags, separator: " ")
    }
}
