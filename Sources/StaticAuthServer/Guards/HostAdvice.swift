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
    func hint(_ request: HTTPRequest) -> SafeText? {
        guard let host = request.host, host.utf8.allSatisfy({ $0.isLetter || $0.isDigit || "-.:[]".utf8.contains($0) }),
            let asked = Origin("\(scheme(of: request))://\(host)")
        else { return nil }
        if ["0.0.0.0", "[::]"].contains(asked.host) {
            return "\(public: asked.host) is an address to listen on. Clients connect to localhost."
        }
        if asked.host.hasSuffix(".") { return "Leave out the dot at the end of the name." }
        if asked.isLoopback {
            return "The port is not this server's. Where it is forwarded, start the server with \(flags(for: asked))."
        }
        return "To be reached by this name, start the server with \(flags(for: asked)). Then /debug needs "
            + "\(public: settings.wording[.debugToken]), because other machines can reach the server."
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
            flags.append("\(public: wording[.host]) 0.0.0.0")
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
