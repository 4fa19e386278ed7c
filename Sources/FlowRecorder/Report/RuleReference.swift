internal import Primitives

/// The parts of a rule's reference, each with the address of its text where it has one.
package struct RuleReference: Sendable {
    /// A document with sections: `RFC 7636 §4.3`.
    package let text: String
    /// The address on the web; nil for one that is not known.
    package let url: String?

    /// Reads `RFC 6749 §3.2, Appendix B` as its parts; a section without a document belongs to the one before.
    package static func all(in reference: String) -> [RuleReference] {
        var document = ""
        return reference.split(separator: ", ").map { part in
            let (name, section) = split(String(part))
            if !name.isEmpty { document = name }
            return RuleReference(text: String(part), url: url(document, section))
        }
    }

    /// The document and the section of a part: `RFC 7636` and `4.3`.
    private static func split(_ part: String) -> (document: String, section: String?) {
        if part.hasPrefix("Appendix ") { return ("", part) }
        guard let mark = part.firstRange(of: "§") else { return (part, nil) }
        return (String(part[..<mark.lowerBound].trimmingSpaces()), String(part[mark.upperBound...]))
    }

    private static func url(_ document: String, _ section: String?) -> String? {
        let anchor = section.map { section in
            section.hasPrefix("Appendix ") ? "#appendix-\(section.dropFirst(9))" : "#section-\(section)"
        }
        if document.hasPrefix("RFC ") {
            return "https://www.rfc-editor.org/rfc/rfc\(document.dropFirst(4))\(anchor ?? "")"
        }
        switch document {
        // The draft to which MCP 2026-07-28 refers; the sections of later ones may have other numbers.
        case "OAuth 2.1": return "https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1-13\(anchor ?? "")"
        case "JSON-RPC 2.0":
            return "https://www.jsonrpc.org/specification\(section.flatMap { sectionsOfJSONRPC[$0] } ?? "")"
        case _ where document.hasPrefix("MCP "): return mcp(String(document.dropFirst(4)))
        default: return nil
        }
    }

    /// A page of the specification: `Scope Selection`, or with its revision first.
    private static func mcp(_ title: String) -> String? {
        let words = title.split(separator: " ", maxSplits: 1).map(String.init)
        let isRevision = words.count == 2 && words[0].utf8.count == 10 && words[0].hasPrefix("20")
        let (revision, section) = isRevision ? (words[0], words[1]) : (latest, title)
        let page = revision == latest ? pages[section] : formerPages[section]
        return page.map { "https://modelcontextprotocol.io/specification/\(revision)/basic\($0)" }
    }

    private static let sectionsOfJSONRPC = ["4": "#request_object", "5": "#response_object"]

    private static let latest = "2026-07-28"

    private static let pages = [
        "Client Registration": "/authorization/client-registration",
        "Communication Security": "/authorization/security-considerations#communication-security",
        "Discovery": "/authorization/authorization-server-discovery",
        "Error Handling": "/authorization#error-handling",
        "Resource Parameter": "/authorization#resource-parameter-implementation",
        "Scope Challenge": "/authorization#scope-challenge-handling",
        "Scope Selection": "/authorization#scope-selection-strategy",
        "Token Requirements": "/authorization#token-requirements",
        "Messages": "#messages",
        "Streamable HTTP": "/transports/streamable-http",
    ]

    private static let formerPages = [
        "Lifecycle": "/lifecycle", "Protocol Version Header": "/transports#protocol-version-header",
        "Session Management": "/transports#session-management",
    ]
}
