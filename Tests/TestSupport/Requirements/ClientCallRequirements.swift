// MARK: The client: calls

/// Negotiation, calls, listening and timeouts of the client.
extension Requirement {
    package static let refusalsSayNothingOfTheEra = Self(
        "401, 403, failures and timeouts say nothing about the revision.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Backward Compatibility\"")
    package static let eraFollowsFromDiscovery = Self(
        "The era follows from the answer to `server/discover`, row by row.",
        source: "MCP 2026-07-28, basic/versioning, \"Backward Compatibility\"")
    package static let eraIsRemembered = Self(
        "The verdict is remembered, and checked again when the server contradicts it.",
        source: "MCP 2026-07-28, basic/versioning, \"Backward Compatibility\"")
    package static let modernRequestIsComplete = Self(
        "Modern requests have their headers and their envelope.",
        source:
            "MCP 2026-07-28, basic/transports/streamable-http; MCP 2026-07-28, basic, \"Per-request protocol fields\"")
    package static let namesAreEncoded = Self(
        "Names that no header can carry are encoded.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Value Encoding\"")
    package static let argumentsAreMirrored = Self(
        "Arguments travel in the headers that a tool's schema names; tools with bad annotations are left out.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Custom Headers\"")
    package static let idsAreUnique = Self(
        "Each request, also a repeated one, has an id of its own.", source: "MCP 2026-07-28, basic, \"Requests\"")
    package static let answersAreReadInPieces = Self(
        "Answers are read as documents and as event streams, in pieces of any size.",
        source: "MCP 2026-07-28, basic/transports/streamable-http; WHATWG HTML, server-sent events")
    package static let unknownResultTypeIsRefused = Self(
        "A result is complete, comes back with state, or is refused.", source: "MCP 2026-07-28, basic, \"ResultType\"")
    package static let resultsAreCached = Self(
        "Results are cached for as long as the server allows, private ones for one token.",
        source: "MCP 2026-07-28, server/utilities/caching")
    package static let allPagesAreFetched = Self(
        "All pages of a list are fetched, and cycles are detected.",
        source: "MCP 2026-07-28, server/utilities/pagination")
    package static let waitsEnd = Self(
        "Every wait ends, and a client that gives up closes the connection.",
        source: "MCP 2026-07-28, basic/patterns/cancellation")
    package static let subscriptionsResume = Self(
        "A subscription continues after a break and ends with a result.",
        source: "MCP 2026-07-28, basic/patterns/subscriptions")
    package static let structuredResultsAreChecked = Self(
        "Structured results are checked against the schema, and nothing is fetched for that.",
        source: "MCP 2026-07-28, basic, \"`$ref` Resolution\"")
    package static let serverInfoIsInformative = Self(
        "No behaviour depends on the name and version of a server.",
        source: "MCP 2026-07-28, server/discover")
    package static let unknownVersionEndsTheHandshake = Self(
        "The handshake ends when the server answers with an unknown version.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/lifecycle, \"Version Negotiation\"")
    package static let sessionMessagesCarryTheirHeaders = Self(
        "Messages of a session carry its id and its version.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Session Management\"")
    package static let lostSessionIsReopened = Self(
        "A lost session is reopened once; a 400 is not repeated.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Session Management\"")
    package static let clientEndsItsSession = Self(
        "A session is ended with DELETE, whatever the server answers.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Session Management\"")
    package static let serverRequestsAreAnswered = Self(
        "The server's `ping` is answered, its other requests are refused.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/utilities/ping")
    package static let givingUpIsTold = Self(
        "A client that cancels a call in a session notifies the server.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/utilities/cancellation")
    package static let clientSendsNoBatch = Self(
        "No batch is sent; answers in an array are understood.", source: "MCP 2025-03-26, basic, \"Batching\"")
    package static let olderResultsAreAccepted = Self(
        "Results of the older revisions may lack the newer members.", source: "MCP 2026-07-28, basic, \"ResultType\"")
}
