internal import Primitives

/// The rules under which a POST is served.
///
/// One endpoint serves both eras (MCP 2026-07-28, basic/versioning, "Backward Compatibility"). The body decides: a
/// version in `params._meta` makes a message modern, whatever the headers say; the session header never counts.
enum EraDecision {
    /// A request with an envelope, or one that lacks it although its version header is modern.
    case modern(Message.Request)
    /// A notification that names a modern version in its body or header.
    indirect case modernNotification(Message.Notification)
    /// A message within a session, or the `initialize` that opens one.
    case legacy(Message)
    /// An array within a session, whose elements are not parsed yet.
    indirect case legacyBatch([JSONValue])

    /// Determines the era.
    ///
    /// - Parameter header: the value of `MCP-Protocol-Version`; several are joined with a comma (RFC 9110 §5.3), which
    ///   matches no version.
    /// - Throws: the answer to a body that no era serves; its status is 400.
    init(body: JSONValue, header: String?) throws(ErrorResponse) {
        let headerVersion = header.flatMap(ProtocolVersion.init)
        let headerIsModern = headerVersion?.era == .modern
        let unknownVersion = headerVersion == nil ? header : nil

        if let elements = body.array {
            if elements.isEmpty {
                throw ErrorResponse(
                    .invalidRequest, "Invalid request: the batch is empty",
                    Explanation(expected: "at least one message", received: "an empty batch"))
            }
            if headerIsModern || elements.contains(where: { $0.claimsVersion }) {
                throw ErrorResponse(
                    .invalidRequest, "Batches are not supported: send one message per POST", Self.noBatches)
            }
            if let unknownVersion { throw ErrorResponse(.unsupportedVersion(inHeader: unknownVersion), id: nil) }
            self = .legacyBatch(elements)
            return
        }

        let message = try Message(body)
        switch message {
        case .response:
            if headerIsModern {
                throw ErrorResponse(
                    .invalidRequest, "Responses are not accepted: this server sends no requests in this revision",
                    Explanation(expected: "a request or a notification", received: "a response"))
            }
            if let unknownVersion { throw ErrorResponse(.unsupportedVersion(inHeader: unknownVersion), id: nil) }
            self = .legacy(message)
        case .notification(let notification):
            if notification.params.meta?.versionClaim != nil || headerIsModern {
                self = .modernNotification(notification)
                return
            }
            if let unknownVersion { throw ErrorResponse(.unsupportedVersion(inHeader: unknownVersion), id: nil) }
            self = .legacy(message)
        case .request(let request):
            // A modern header without an envelope is not legacy: the envelope is reported as missing (-32602).
            if request.meta?.versionClaim != nil || headerIsModern {
                self = .modern(request)
                return
            }
            if let unknownVersion { throw ErrorResponse(.unsupportedVersion(inHeader: unknownVersion), id: request.id) }
            self = .legacy(message)
        }
    }

    /// The reason why an array is refused.
    static let noBatches = Explanation(
        expected: "one message in each POST", received: "a batch",
        hint: "Batches exist in revision 2025-03-26 only, and there within a session.")
}

extension JSONValue {
    fileprivate var claimsVersion: Bool { object?[Member.params]?.object?.meta?.versionClaim != nil }
}
