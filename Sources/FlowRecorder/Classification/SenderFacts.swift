internal import HTTPEdge
internal import OAuth
internal import Primitives

/// What a request tells about its client; each is read once, on first access, since hundreds of flows are compared with
/// it.
final class SenderFacts {
    private let fields: HTTPFields
    private let machine: String
    private let namedClientID: () -> Digest?
    private let messages: () -> [JSONObject]

    init(
        _ fields: HTTPFields, machine: String, clientID: @escaping () -> Digest?,
        messages: @escaping () -> [JSONObject]
    ) {
        (self.fields, self.machine) = (fields, machine)
        (namedClientID, self.messages) = (clientID, messages)
    }

    private var origin: String? { fields.first("origin") }

    /// The user agent.
    private(set) lazy var agentName = fields.first("user-agent")

    /// See ``ClassifiedExchange/agent``.
    private(set) lazy var agent = Digest(of: "\(machine)|\(agentName ?? "")\(origin.map { "|\($0)" } ?? "")")

    /// See ``ClassifiedExchange/program``.
    private(set) lazy var program = Digest(of: "\(agentName ?? "")|\(origin ?? "")")

    /// See ``ClassifiedExchange/clientInfo``.
    private(set) lazy var clientInfo = messages().lazy.compactMap(ClientInfo.init(in:)).first

    /// The digest of the name and version that the client gives itself.
    private(set) lazy var name = clientInfo?.digest

    /// See ``ClassifiedExchange/clientID``.
    private(set) lazy var clientID = namedClientID()
}
