/// The pages to which references lead, each with the anchors of its sections, as they are published.
///
/// The anchors of a page of MCP are those of its headings; an RFC and a draft have one for each number.
enum KnownSections {
    /// The page and the anchor of an address, if both exist.
    static func has(_ address: String) -> Bool {
        let parts = address.split(separator: "#", maxSplits: 1).map(String.init)
        guard let anchors = pages[parts[0]] else { return false }
        return parts.count == 1 || anchors.contains(parts[1])
    }

    private static let pages: [String: Set<String>] = {
        var pages: [String: Set<String>] = [:]
        for (page, sections) in mcp {
            pages["https://modelcontextprotocol.io/specification/\(page)"] = words(sections)
        }
        for (number, sections) in rfcs {
            let anchors = words(sections).map { $0.first?.isNumber == true ? "section-\($0)" : "appendix-\($0)" }
            pages["https://www.rfc-editor.org/rfc/rfc\(number)"] = Set(anchors)
        }
        pages["https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1-13"] = Set(
            words("1.5 2.1 2.4 4.1.1 4.1.2 4.1.2.1 4.1.3 4.3 4.3.1 5 5.1 5.1.1 5.2 5.3 7.1 7.5 7.5.2 7.12.2")
                .map { "section-\($0)" })
        pages["https://www.jsonrpc.org/specification"] = words(
            "overview conventions compatibility request_object notification parameter_structures response_object "
                + "error_object batch examples extensions")
        return pages
    }()

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    private static let mcp = [
        "2026-07-28/basic": "messages requests responses result-responses error-responses error-codes notifications "
            + "message-patterns statelessness auth schema json-schema-usage general-fields",
        "2026-07-28/basic/authorization": "introduction purpose-and-scope protocol-requirements standards-compliance "
            + "roles overview authorization-server-discovery client-registration scope-selection-strategy "
            + "authorization-flow-steps authorization-response-validation resource-parameter-implementation "
            + "canonical-server-uri access-token-usage token-requirements token-handling refresh-tokens "
            + "error-handling scope-challenge-handling runtime-insufficient-scope-errors "
            + "step-up-authorization-flow security-considerations mcp-authorization-extensions",
        "2026-07-28/basic/authorization/authorization-server-discovery": "authorization-server-location "
            + "authorization-server-metadata-discovery",
        "2026-07-28/basic/authorization/client-registration": "client-id-metadata-documents pre-registration "
            + "dynamic-client-registration authorization-server-binding",
        "2026-07-28/basic/authorization/security-considerations": "token-audience-binding-and-validation token-theft "
            + "communication-security authorization-code-protection mix-up-attacks open-redirection "
            + "client-id-metadata-document-security confused-deputy-problem access-token-privilege-restriction",
        "2026-07-28/basic/transports/streamable-http": "sending-messages receiving-messages message-flow cancellation "
            + "request-metadata protocol-version-header standard-request-headers "
            + "custom-headers-from-tool-parameters value-encoding server-validation backward-compatibility",
        "2025-11-25/basic/lifecycle": "lifecycle-phases initialization version-negotiation capability-negotiation "
            + "operation shutdown timeouts error-handling",
        "2025-11-25/basic/transports": "streamable-http sending-messages-to-the-server "
            + "listening-for-messages-from-the-server multiple-connections resumability-and-redelivery "
            + "session-management sequence-diagram protocol-version-header backwards-compatibility",
        "2025-06-18/basic/transports": "session-management sequence-diagram protocol-version-header "
            + "backwards-compatibility custom-transports",
    ]

    private static let rfcs = [
        6749: "2.1 2.2 2.3 2.3.1 2.3.2 3.1 3.1.1 3.1.2 3.2 3.2.1 3.3 4.1 4.1.1 4.1.2 4.1.2.1 4.1.3 4.1.4 4.4 4.4.1 "
            + "4.4.2 4.4.3 5.1 5.2 6 10.4 10.5 10.6 10.12 A B",
        6750: "2.1 2.2 2.3 3 3.1 4 5.3",
        7636: "4.1 4.2 4.3 4.4 4.4.1 4.5 4.6 7.1 7.2 A B",
        8414: "2 3 3.1 3.2 3.3 5",
        8707: "2 2.1 2.2 3",
        9207: "2 2.1 2.2 2.3 2.4 3 4",
        9700: "2.1 2.1.1 4.14 4.14.1 4.14.2",
        9728: "2 3 3.1 3.2 3.3 5 5.1 5.2 5.3 7",
    ]
}
