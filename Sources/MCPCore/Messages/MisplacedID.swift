public import Primitives

extension Message {
    /// The refusal of a message that no session makes right: its id is misplaced, or its method is of another kind.
    ///
    /// Without a session it is refused in any case, and this is what its client has to change first.
    var refusalWithoutSession: Reply? {
        switch self {
        case .request(let request): request.refusalWithoutSession
        case .notification(let notification):
            notification.missingID.map {
                .refusal(
                    JSONRPCError(.invalidRequest, "Invalid request: '\(notification.method.excerpt)' needs an id", $0),
                    to: nil, status: 400)
            }
        case .response: nil
        }
    }
}

extension Message.Request {
    fileprivate var refusalWithoutSession: Reply? {
        if Method.ofModernAlone.contains(method) || meta.map(RequestMetadata.seemsMeant) == true {
            do throws(JSONRPCError) {
                _ = try RequestMetadata(of: self)
            } catch {
                return .refusal(error, to: id, status: 400)
            }
        }
        guard Method.ofSessions.contains(method) else {
            return .refusal(.unknownMethod(method, in: .legacy), to: id, status: 400)
        }
        return nil
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
