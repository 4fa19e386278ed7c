// MARK: MCP 2026-07-28: results and streams

/// The parts of a modern answer, and the life of a stream.
extension Requirement {
    package static let resultsSayTheyAreComplete = Self(
        "Every result says that it is complete.", source: "MCP 2026-07-28, basic, \"ResultType\"")
    package static let resultsNameTheServer = Self(
        "Every result names the server in its `_meta`, and nowhere else.",
        source: "MCP 2026-07-28, basic, \"Per-response protocol fields\"")
    package static let successIsJSONOrAStream = Self(
        "A success is 200 with one JSON object or an event stream.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Sending Messages to the Server\"")
    package static let noSessionIDIsSent = Self(
        "No session id is ever sent, even where the request carried one.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Earlier Streamable HTTP Revisions\"")
    package static let discoveryIsComplete = Self(
        "Discovery answers with versions, capabilities and its own caching hints.",
        source: "MCP 2026-07-28, server/discover")
    package static let capabilitiesAreTrue = Self(
        "The capabilities announced are those that work.", source: "MCP 2026-07-28, server/discover")
    package static let toolListIsStable = Self(
        "The list of tools is complete, stable and ordered.", source: "MCP 2026-07-28, server/tools")
    package static let cachingHintsAreRight = Self(
        "The list says that everyone may cache it; a call's result says nothing of caching.",
        source: "MCP 2026-07-28, server/utilities/caching")
    package static let unknownCursorIsRefused = Self(
        "A cursor that was never issued is refused.", source: "MCP 2026-07-28, server/utilities/pagination")
    package static let responseStreamEnds = Self(
        "A response stream carries what belongs to its request and then ends.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Receiving Messages from the Server\"")
    package static let responseStreamHasPlainEvents = Self(
        "A response stream is plain events, without ids or retry times.",
        source: "MCP 2026-07-28, basic/transports/streamable-http")
    package static let closedStreamCancels = Self(
        "A client that closes its response stream cancels the request.",
        source: "MCP 2026-07-28, basic/patterns/cancellation")
    package static let progressGrows = Self(
        "Progress carries the client's token, only ever grows, and ends with the response.",
        source: "MCP 2026-07-28, basic/patterns/progress")
    package static let listeningNeedsAFilter = Self(
        "Listening needs a well-formed filter.", source: "MCP 2026-07-28, basic/patterns/subscriptions")
    package static let listeningIsAcknowledged = Self(
        "Listening is acknowledged first, with the request's id and the part of the filter that is honoured.",
        source: "MCP 2026-07-28, basic/patterns/subscriptions")
    package static let notificationsMatchTheFilter = Self(
        "Later notifications carry the same id and match the filter.",
        source: "MCP 2026-07-28, basic/patterns/subscriptions")
    package static let streamsListenSideBySide = Self(
        "Several streams listen side by side, each under its own id.",
        source: "MCP 2026-07-28, basic/patterns/subscriptions, \"Multiple Concurrent Subscriptions\"")
    package static let stopEndsStreamsWithAResult = Self(
        "A server that stops ends each stream with its result.",
        source: "MCP 2026-07-28, basic/patterns/subscriptions, \"Graceful Closure\"")
    package static let idleStreamIsKeptAlive = Self(
        "An idle stream is kept alive by comments.", source: "MCP 2026-07-28, basic/transports/streamable-http")
}
