internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The conditions for the requests that a fault applies to, all of which must hold.
struct FaultMatch: Sendable {
    /// Nil for any endpoint but the debug features.
    var endpoint: EndpointName?
    var method: String?
    /// The method of a JSON-RPC message in the body, or of one in a batch.
    var jsonRPCMethod: String?
    /// The tool of a call.
    var tool: String?
    /// Parameters of the query or the form, never secret ones.
    var parameters: [(name: ParameterName, value: String)] = []
    /// Header fields, each with a text that the value contains.
    var headers: [(name: String, value: String)] = []
    /// Whether the request has a bearer token.
    var bearer: Bool?
    /// Whether the request belongs to a session of the legacy revisions.
    var session: Bool?

    /// Whether a request matches.
    ///
    /// A preflight matches only a fault that names `OPTIONS`; otherwise it would use up the fault before the request
    /// that it asks for.
    func matches(_ request: HTTPRequest, at endpoint: EndpointName) -> Bool {
        matchesHead(request, at: endpoint) && matchesParameters(request) && matchesMessage(request)
    }

    /// Whether a request may match, as far as its head shows.
    func matchesHead(_ request: HTTPRequest, at endpoint: EndpointName) -> Bool {
        (self.endpoint == nil || self.endpoint == endpoint)
            && (method.map({ $0 == request.method.rawValue }) ?? (request.method != .options))
            && (bearer == nil || bearer == request.hasBearerToken)
            && (session == nil || session == (request.fields.first(HeaderName.session) != nil))
            && headers.allSatisfy({ header in request.fields[header.name].contains { $0.contains(header.value) } })
    }

    private func matchesParameters(_ request: HTTPRequest) -> Bool {
        guard !parameters.isEmpty else { return true }
        let sources = [try? request.queryParameters(), try? request.formParameters()].compactMap(\.self)
        return parameters.allSatisfy { name, value in sources.contains { $0.values(name).contains(value) } }
    }

    private func matchesMessage(_ request: HTTPRequest) -> Bool {
        guard jsonRPCMethod != nil || tool != nil else { return true }
        return request.jsonRPCMessages.contains { message in
            (jsonRPCMethod == nil || message["method"]?.string == jsonRPCMethod)
                && (tool == nil || message["params"]?.object?["name"]?.string == tool)
        }
    }

    /// The parameters that may be matched, which are those without secrets.
    static let publicParameters = ParameterName.allCases.filter { name in
        ![.code, .codeVerifier, .codeChallenge, .refreshToken, .clientSecret, .accessToken, .token, .password].contains(
            name)
    }
}

extension HTTPRequest {
    /// Whether the request has an access token, valid or not.
    var hasBearerToken: Bool {
        fields["authorization"].contains { $0.lowercased().hasPrefix("bearer ") }
    }

    /// The JSON-RPC messages in the body: one, those of a batch, or none.
    var jsonRPCMessages: [JSONObject] {
        switch try? JSONParser.parse(body) {
        case .object(let message): [message]
        case .array(let batch): batch.compactMap(\.object)
        default: []
        }
    }
}
