// MARK: MCP 2025-03-26 to 2025-11-25

/// Sessions, streams and batches of the earlier revisions.
extension Requirement {
    package static let initializeMustBeWellFormed = Self(
        "An ill-formed `initialize` is -32602 and opens no session.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/lifecycle")
    package static let initializeAgreesOnAVersion = Self(
        "`initialize` agrees on the requested version, else on 2025-11-25, and never on 2026-07-28.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/lifecycle, \"Version Negotiation\"")
    package static let initializeResultFitsItsRevision = Self(
        "The answer to `initialize` has the members of its revision and no newer ones.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/lifecycle")
    package static let sessionIDIsRandom = Self(
        "A session id is random, printable, and sent with the answer to `initialize` only.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Session Management\"")
    package static let sessionBelongsToItsSubject = Self(
        "A session belongs to its subject and client; for others it does not exist.",
        source: "MCP Security Best Practices, \"Session Hijacking\"")
    package static let initializedIsAccepted = Self(
        "`notifications/initialized` is 202, and requests before it are tolerated.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/lifecycle")
    package static let sessionIDIsNeeded = Self(
        "A request without a session id is 400 and says how to continue.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Session Management\"")
    package static let unknownSessionIs404 = Self(
        "An unknown or ended session is 404 for every method.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Session Management\"")
    package static let deleteEndsTheSession = Self(
        "DELETE ends a session.", source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Session Management\"")
    package static let versionHeaderIsChecked = Self(
        "A version header outside the legacy revisions is 400; another legacy one changes nothing.",
        source: "MCP 2025-11-25, basic/transports, \"Protocol Version Header\"")
    package static let pingIsAnswered = Self(
        "`ping` is answered with an empty result.", source: "MCP 2025-03-26 to 2025-11-25, basic/utilities/ping")
    package static let legacyUnknownMethodIs200 = Self(
        "An unknown method is status 200 with -32601.", source: "MCP 2025-03-26 to 2025-11-25, basic")
    package static let legacyNotificationIs202 = Self(
        "Notifications and responses are 202 with no body.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Sending Messages to the Server\"")
    package static let cancellationStaysInItsSession = Self(
        "A cancellation stops the named request of its own session only.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/utilities/cancellation")
    package static let tasksAreIgnored = Self(
        "Tasks are not declared, and a call's `task` is ignored.", source: "MCP 2025-11-25, basic/utilities/tasks")
    package static let repeatedIDIsAnswered = Self(
        "A repeated request id is answered like any other.",
        source: "MCP 2025-03-26 to 2025-11-25, basic, \"Requests\"")
    package static let getOpensAStream = Self(
        "A session's GET opens a stream that stays open.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Listening for Messages from the Server\"")
    package static let getStreamHasNoResponses = Self(
        "A GET stream carries notifications and never a response.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Listening for Messages from the Server\"")
    package static let messageGoesToOneStream = Self(
        "A message goes to one stream of a session.",
        source: "MCP 2025-03-26 to 2025-11-25, basic/transports, \"Multiple Connections\"")
    package static let primingEventIsForOneRevision = Self(
        "Only sessions of 2025-11-25 see a priming event.",
        source: "MCP 2025-11-25, basic/transports, \"Resumability and Redelivery\"")
    package static let disconnectCancelsNothing = Self(
        "A dropped connection cancels nothing.", source: "MCP 2025-03-26 to 2025-11-25, basic/transports")
    package static let batchesAreAnswered = Self(
        "A session of 2025-03-26 may send batches and is answered with an array.",
        source: "MCP 2025-03-26, basic, \"Batching\"; JSON-RPC 2.0 §6")
    package static let wrongBatchesAreRefused = Self(
        "Batches that are empty, mixed with other revisions, or of other sessions are refused.",
        source: "MCP 2025-03-26, basic/lifecycle; JSON-RPC 2.0 §6")
    package static let toolListFitsItsRevision = Self(
        "Tools are listed with the members of the session's revision.",
        source: "MCP 2025-03-26 to 2025-11-25, server/tools")
    package static let callResultFitsItsRevision = Self(
        "A call's result has the members of the session's revision.",
        source: "MCP 2025-03-26 to 2025-11-25, server/tools")
    package static let legacyUnknownToolIsAnError = Self(
        "An unknown tool is -32602.", source: "MCP 2025-03-26 to 2025-11-25, server/tools, \"Error Handling\"")
    package static let eraCanBeProbed = Self(
        "A client that probes with a modern request can tell this server's era from the answer.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Backward Compatibility\"")
    package static let erasWorkSideBySide = Self(
        "Clients of both eras work side by side, even on one connection.", source: "MCP 2026-07-28, basic/versioning")
}
