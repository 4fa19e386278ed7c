internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

extension ClassifiedExchange {
    /// What a fault did to an answer whose status says that all is well; nil when the client got what it needs.
    var damage: SafeText? {
        guard exchange.fault != nil, exchange.status < 400 else { return nil }
        if case .torn = exchange.response.body { return "the connection ended within the answer" }
        switch event {
        case .discovery, .token, .message:
            if exchange.status / 100 == 3 { return "a redirect is no answer" }
            return exchange.status == 200 && !exchange.isStream ? damageOfDocument : nil
        case .authorization where exchange.endpoint == .authorize:
            return exchange.status == 200 || exchange.status == HTTPStatus.temporaryRedirect.code
                ? "it does not lead to the login page" : nil
        default: return nil
        }
    }

    private var damageOfDocument: SafeText? {
        let type = exchange.response.fields.first("content-type") ?? ""
        guard let document = try? JSONParser.parse(exchange.answerBody) else { return "the answer is no JSON" }
        if document.object == nil && !(isBatch && document.array != nil) { return "the answer is no JSON object" }
        return type.hasPrefix("application/json") ? nil : "the answer says that it is \(public: type)"
    }
}
