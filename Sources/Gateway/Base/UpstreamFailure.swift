internal import HTTPEdge
internal import MCPClient

/// The failures of a server in the gateway's own words.
///
/// `ClientError.problem` may quote the first words of an answer, which may hold anything; so it is not shown.
extension GatewayError {
    /// Any error of a call to a server.
    init(upstream error: any Error) {
        switch error {
        case let error as GatewayError: self = error
        case let error as RemoteError:
            self.init(.serverError, Self.badGateway, "The server refused the request: \(error.message) (\(error.code))")
        case let error as ClientError: self.init(client: error)
        default: self.init(.serverError, Self.badGateway, "The request was ended before the server answered.")
        }
    }

    private init(client error: ClientError) {
        switch error.kind {
        case .network where error.code == "timeout":
            self.init(.timeout, .gatewayTimeout, "The server did not answer in time.")
        case .network:
            self.init(.serverUnreachable, Self.badGateway, "The server cannot be reached, or reports an outage.")
            retryAfter = error.retryAfter
        case .usage:
            self.init(
                .invalidRequest, .badRequest, "serverUrl is no URL of an MCP server: https, or http on this machine.")
        case .discovery where error.code == NetworkPolicy.privateCode:
            self.init(.serverError, Self.badGateway, "The server's metadata lead into a private network.")
        case .discovery:
            self.init(.serverError, Self.badGateway, "The server's redirects or metadata cannot be used.")
        case .authorizationRequired:
            self.init(
                .serverError, Self.badGateway,
                "The server's authorization server registers no clients, and none is configured here for this server.")
        case .authorizationRefused:
            self.init(
                .serverError, Self.badGateway, "The server, or its authorization server, refused\(Self.reason(error)).")
        case .protocolViolation:
            self.init(.serverError, Self.badGateway, "The server's answer does not follow the protocol.")
        case .configuration, .storage:
            self.init(.serverError, Self.badGateway, "The gateway cannot read what it has stored.")
        }
    }

    /// The failure of a login whose answer has arrived.
    init(login error: any Error) {
        guard let error = error as? ClientError, error.kind == .authorizationRefused else {
            self.init(upstream: error)
            return
        }
        self.init(.authorizationRequired, .badRequest, "The login was refused\(Self.reason(error)).")
    }

    /// The error code of OAuth, or the status, as the rest of a sentence; nothing that may be a text.
    private static func reason(_ error: ClientError) -> String {
        guard let code = error.code, code.utf8.count <= 60,
            code.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F })
        else { return "" }
        return ": \(code)"
    }
}
