import Foundation

/// Second opinions on the host of a URI.
enum HostOpinion {
    /// As Foundation reads it (RFC 3986).
    static func foundation(_ text: String) -> String? {
        URLComponents(string: text)?.encodedHost
    }

    /// As browsers read the URL of a web page (WHATWG URL): a backslash is a slash, any number of slashes begins the
    /// authority, and its last `@` ends the user information.
    static func browser(_ text: String) -> String? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = text[text.index(after: colon)...].drop { "/\\".contains($0) }
        let authority = rest.prefix { !"/\\?#".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return String(name)
    }
}
