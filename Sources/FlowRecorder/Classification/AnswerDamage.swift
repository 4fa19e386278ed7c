internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

extension ClassifiedExchange {
    /// What a fault did to an answer whose status says that all is well; nil when the client got what it needs.
    var damage: SafeText? {
        guard exchange.fault != nil, (1..<400).contains(exchange.status) else { return nil }
        switch exchange.response.body {
        case .torn: return "the connection ended within the answer"
        case .silence: return "the connection ended without an answer"
        case .bytes, .events: break
        }
        switch event {
        case .discovery, .token, .message:
            if exchange.status / 100 == 3 { return "a redirect is no answer" }
            return exchange.status == 200 && !exchange.isStream ? damageOfDocument : nil
        case .authorization where exchange.endpoint == .authorize:
            return exchange.status == 200 || exchange.status == HTTPStatus.temporaryRedirect.code
                ? "it does not lead to the login page" : nil
        case .authorization(_, .loginPage):
            return exchange.isPlanted || lostCode ? "it does not lead back to the client" : nil
        default: return nil
        }
    }

    /// Whether a fault may have kept the answer from the client; one that only delayed it has not.
    var isLost: Bool { exchange.fault != nil && (damage != nil || exchange.isSlowed) }

    /// Whether a fault answered in place of the server, or may have kept its answer from the client.
    var isHarmed: Bool { exchange.isPlanted || isLost }

    /// Whether a fault answered with what may be a request to the client.
    var mayAskClient: Bool {
        exchange.isPlanted && exchange.answerBody.firstRange(of: "\"method\"".utf8) != nil
    }

    /// Whether the server sent its browser back with a code, and a fault damaged that answer.
    private var lostCode: Bool { exchange.intended.map { Self.redirect(in: $0) != nil } ?? false }

    private var damageOfDocument: SafeText? {
        let type = exchange.response.fields.first("content-type") ?? ""
        guard let document = try? JSONParser.parse(exchange.answerBody) else { return "the answer is no JSON" }
        if document.object == nil && !(isBatch && document.array != nil) { return "the answer is no JSON object" }
        return type.hasPrefix("application/json") ? nil : "the answer says that it is \(public: type)"
    }
}
