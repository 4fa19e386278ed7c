internal import OAuth
internal import Primitives

/// Judges a client by the rules, one exchange after another.
///
/// It keeps what later exchanges are compared with, by digest where it is secret, so it needs no journal.
struct RuleChecks: Sendable {
    /// The relevant parameters of an authorization request.
    struct Authorization: Sendable {
        let challenge, redirectURI: Digest?
        let resource: Set<Digest>
    }

    /// The metadata that a flow has read before its authorization.
    struct Discovery: Sendable {
        var challenge: Int?
        var challengeScope: String?
        var resourceMetadata: Int?
        var serverMetadata: Int?
    }

    /// The obligations of a machine's client after refusals.
    struct Obligations: Sendable {
        /// The scopes that a 403 demanded.
        var scope: String?
        /// Its refresh token was refused.
        var refusedRefresh = false
        /// Its session was gone.
        var lostSession = false
        /// Its token was refused.
        var refusedToken = false
    }

    /// The number of refusals, and the time of the first.
    struct Refusals: Sendable {
        let since: Instant
        var count = 0
    }

    /// The time after the first refusal in which concurrent requests are forgiven.
    static let grace = Duration.milliseconds(250)
    /// How often a client may repeat a refused request.
    static let maximumRepetitions = 3

    let clientID: String
    var findings = Findings()

    var authorizations = BoundedTable<Digest, Authorization>(capacity: 2000)
    var spentChallenges = BoundedTable<Digest, Int>(capacity: 1000)
    /// The state of each challenge, and the challenge of each state.
    var stateOfChallenge = BoundedTable<Digest, Digest>(capacity: 1000)
    var challengeOfState = BoundedTable<Digest, Digest>(capacity: 1000)
    var discoveries = BoundedTable<Int, Discovery>(capacity: FlowTable.capacity)
    var obligations = BoundedTable<String, Obligations>(capacity: 200)
    var refusals = BoundedTable<Digest, Refusals>(capacity: 2000)
    /// The access token that a refresh token was exchanged for.
    var rotations = BoundedTable<Digest, Digest>(capacity: 2000)
    var rotatedTokens = BoundedTable<Digest, Int>(capacity: 2000)
    var deadTokens = BoundedTable<Digest, Int>(capacity: 2000)

    init(clientID: String) {
        self.clientID = clientID
    }

    /// Judges an exchange of a flow, before the history records it.
    mutating func judge(_ classified: ClassifiedExchange, flow: Int, machine: String, _ history: CredentialHistory) {
        let entry = classified.exchange.number
        switch classified.event {
        case .message: judgeMessage(classified, flow, machine, history)
        case .discovery: judgeDiscovery(classified, flow)
        case .authorization(let request, let outcome): judge(request, outcome, classified, flow, machine)
        case .token(let form, let outcome): judge(form, outcome, classified, machine, history)
        case .registration:
            findings.breaks(.noRegistration, entry, "The client asked for dynamic registration.")
        case .introspection, .revocation, .callback, .preflight, .other: break
        }
    }

    private mutating func judgeDiscovery(_ classified: ClassifiedExchange, _ flow: Int) {
        var discovery = discoveries[flow] ?? Discovery()
        if classified.exchange.endpoint == .metadata {
            discovery.serverMetadata = classified.exchange.number
        } else {
            discovery.resourceMetadata = classified.exchange.number
        }
        discoveries[flow] = discovery
    }

    /// Changes the obligations of a machine's client.
    mutating func require(_ machine: String, _ change: (inout Obligations) -> Void) {
        var owed = obligations[machine] ?? Obligations()
        change(&owed)
        obligations[machine] = owed
    }
}
