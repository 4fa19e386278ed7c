/// The rules for URLs in a server's documents that the client calls or opens.
///
/// MCP Security Best Practices, "SSRF" and "OAuth Authorization URL Validation"; MCP 2026-07-28,
/// basic/authorization/security-considerations, "Communication Security".
struct AddressCheck: Sendable {
    /// The MCP server at which discovery started.
    let server: WebAddress

    /// Accepts a URL that the client may call or open.
    ///
    /// `https`, or plain `http` on this machine; an address of a private network only where the MCP server has one too.
    ///
    /// - Throws: `discovery`, naming the member with the URL.
    func address(_ text: String, in member: String) throws(ClientError) -> WebAddress {
        guard let address = WebAddress(text) else {
            throw ClientError(
                .discovery, "The server's \(member) is no URL of HTTP: \(text.withoutQuery.printable()).",
                advice: "Its operator has to correct that.")
        }
        guard address.scheme == "https" || address.isLoopback else {
            throw ClientError(
                .discovery, "The server's \(member) uses plain http: \(address.text.withoutQuery).",
                advice: "Only https is used, except on this machine.")
        }
        guard !address.isPrivate || server.isPrivate else {
            throw ClientError(
                .discovery, "The server's \(member) leads into a private network: \(address.text.withoutQuery).",
                advice: "A server on the internet has no business there; it was not called.")
        }
        return address
    }

    /// The address of an MCP server, given by a person.
    ///
    /// - Throws: `usage`.
    static func server(_ text: String) throws(ClientError) -> WebAddress {
        let text = text.firstIndex(of: "#").map { String(text[..<$0]) } ?? text
        guard let address = WebAddress(text) else {
            throw ClientError(
                .usage, "'\(text.withoutQuery.printable())' is no URL of an MCP server.",
                advice: "Give one such as https://mcp.example.com/mcp.")
        }
        guard address.scheme == "https" || address.isLoopback else {
            throw ClientError(
                .usage, "\(address.origin) is plain http and not this machine.",
                advice: "Tokens would travel in clear; use https.")
        }
        return address
    }
}

/// URLs of MCP servers, as an embedder compares them.
package enum ServerURL {
    /// The URL with scheme and host in lower case, without a fragment.
    ///
    /// - Throws: ``ClientError`` of kind `usage` for another URL than of a server that may be called.
    package static func canonical(_ text: String) throws(ClientError) -> String {
        try AddressCheck.server(text).text
    }
}
