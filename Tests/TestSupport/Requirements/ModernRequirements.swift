// MARK: MCP 2026-07-28: requests

/// The parts of a modern request and their checks.
extension Requirement {
    package static let requestsAreStateless = Self(
        "A request is answered from itself alone, whatever came before it on the connection.",
        source: "MCP 2026-07-28, basic, \"Statelessness\"")
    package static let onePostOneMessage = Self(
        "One POST carries one request or notification, and the server never sends requests.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Sending Messages to the Server\"")
    package static let modernMethodsExist = Self(
        "`server/discover`, `tools/list`, `tools/call` and `subscriptions/listen` exist.",
        source: "MCP 2026-07-28, basic; MCP 2026-07-28, server/discover")
    package static let unknownMethodIs404 = Self(
        "Removed and unadvertised methods are 404 with -32601, also beside the legacy revisions.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Protocol Version Header\"")
    package static let deprecatedFeaturesAreUnused = Self(
        "Deprecated features are neither declared nor used: no log messages, no roots, no sampling.",
        source: "MCP 2026-07-28, server/utilities/logging")
    package static let envelopeIsRequired = Self(
        "A request without its protocol version and capabilities in `_meta` is 400 with -32602.",
        source: "MCP 2026-07-28, basic, \"Per-request protocol fields\"")
    package static let clientInfoIsOptional = Self(
        "The client's name is optional; where it is given it has a name and a version.",
        source: "MCP 2026-07-28, basic, \"Per-request protocol fields\"")
    package static let logLevelAndProgressTokenAreChecked = Self(
        "An unknown log level or an ill-typed progress token is refused.",
        source: "MCP 2026-07-28, server/utilities/logging, \"Error Handling\"; MCP 2026-07-28, basic/patterns/progress")
    package static let unknownMetaIsIgnored = Self(
        "Unknown `_meta` keys are ignored.", source: "MCP 2026-07-28, basic, \"_meta\"")
    package static let requestIDIsEchoed = Self(
        "A request id is a string or an integer and is returned exactly as it was sent.",
        source: "MCP 2026-07-28, basic, \"Requests\"")
    package static let capabilitiesCountPerRequest = Self(
        "Capabilities count for the request that declares them; a missing one is -32021.",
        source: "MCP 2026-07-28, basic, \"Per-request protocol fields\"")
    package static let headerValuesAreExact = Self(
        "Header names are case-insensitive, values are compared exactly, without spaces around them.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Case Sensitivity\"; RFC 9110 §5.5")
    package static let headerMustAgreeWithBody = Self(
        "A header that contradicts the body is 400 with -32020 and the request's id.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Server Validation\"")
    package static let encodedHeadersAreDecoded = Self(
        "Encoded header values are decoded before they are compared; bad encoding is -32020.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Value Encoding\"")
    package static let controlCharactersAreRefused = Self(
        "A header value with control characters is 400.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Server Validation\"")
    package static let mirroredArgumentsAgree = Self(
        "A tool parameter that is mirrored in a header must agree with its value in the body.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Server Behavior for Custom Headers\"")
    package static let envelopeComesBeforeHeaders = Self(
        "The envelope is checked before the headers.", source: "MCP conformance suite, server-stateless")
    package static let mismatchComesBeforeSupport = Self(
        "Disagreeing versions are a mismatch before the version is unsupported.",
        source: "MCP conformance suite, server-stateless")
    package static let errorsEchoReadableIDs = Self(
        "Errors echo a readable id and leave an unreadable one out.",
        source: "MCP 2026-07-28, basic, \"Error Responses\"")
    package static let onlySpecifiedErrorCodes = Self(
        "Only the error codes of the specification are used.", source: "MCP 2026-07-28, basic, \"Error Codes\"")
    package static let unsupportedVersionListsSupported = Self(
        "An unsupported version is answered with the supported ones and the one that was requested.",
        source: "MCP 2026-07-28, basic/versioning")
    package static let notificationIs202 = Self(
        "A notification is 202 with no body; one that contradicts itself is refused.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Sending Messages to the Server\"")
    package static let responsesAndBatchesAreRefused = Self(
        "Posted responses and arrays are refused.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Sending Messages to the Server\"")
    package static let onlyPostIsAllowed = Self(
        "GET and DELETE are 405 with `Allow: POST`.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Earlier Streamable HTTP Revisions\"")
    package static let toolCallsAreLimitedAndValidated = Self(
        "Tool calls can be limited per minute, and their inputs are always validated.",
        source: "MCP 2026-07-28, server/tools, \"Security Considerations\"")
}
