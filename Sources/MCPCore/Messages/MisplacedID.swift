public import Primitives

extension Message {
    /// The refusal of a message that has an id although it is a notification, or none although it is a request.
    ///
    /// Without a session it is refused in any case, and this is what its client has to change first.
    var refusalByID: Reply? {
        switch self {
        case .request(let request) where NotificationName.isOne(request.method):
            .refusal(.unknownMethod(request.method, in: .legacy), to: request.id, status: 400)
        case .notification(let notification):
            notification.missingID.map {
                .refusal(
                    JSONRPCError(.invalidRequest, "Invalid request: '\(notification.method.excerpt)' needs an id", $0),
                    to: nil, status: 400)
            }
        case .request, .response: nil
        }
    }
}

extension MCPServer {
    /// The reason why nothing answers a body that was accepted with 202 and that its client may take for a request; nil
    /// for notifications and responses.
    public static func explanation(ofUnanswered body: [UInt8]) -> Explanation? {
        guard let body = try? JSONParser.parse(body) else { return nil }
        return (body.array ?? [body]).lazy.compactMap { element in
            guard case .notification(let notification)? = try? Message(element) else { return nil }
            return notification.missingID
        }.first
    }
}
