/// The spellings of our own origin.
struct OwnOrigins {
    /// The origin in the ready file, the banner and, if it was configured, every document.
    let base: Origin
    /// All origins for which clients may request a token.
    let all: [Origin]

    init(_ settings: Settings, port: Int) {
        let loopback = ["localhost", "127.0.0.1", "[::1]"].flatMap { host in
            [Origin(scheme: "http", host: host, port: port), Origin(scheme: "http", host: host, port: nil)]
        }
        if let configured = settings.publicURL.flatMap(Origin.init(_:)) {
            base = configured
        } else if settings.host == "localhost" || settings.listensEverywhere {
            base = loopback[0]
        } else {
            let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
            base = Origin(scheme: "http", host: host, port: port)
        }
        let portless = settings.publicURL == nil ? [Origin(scheme: "http", host: base.host, port: nil)] : []
        var seen: Set<Origin> = []
        all = ([base] + portless + loopback).filter { seen.insert($0).inserted }
    }
}

extension Settings {
    /// The origin of all URLs of a server on a port: the configured one, or the address.
    public func baseURL(port: Int) -> String {
        OwnOrigins(self, port: port).base.text
    }
}
