internal import OAuth
internal import Synchronization

/// The latest flows, and what is known of the codes, tokens and sessions in them.
///
/// At most ``capacity`` flows are kept, and of their steps about ``byteLimit`` bytes; the flow that was quiet for
/// longest goes first. All else is known by digest, in tables of fixed size.
final class Flows: Sendable {
    /// The most flows.
    static let capacity = 200
    /// The most memory that flows take, in bytes.
    static let byteLimit = 4 << 20

    private let secrets: SecretScanner
    private let routine: CallSampler
    private let state: Mutex<FlowsState>

    init(secrets: SecretScanner, clientID: String, _ routine: CallSampler) {
        self.secrets = secrets
        self.routine = routine
        state = Mutex(FlowsState(clientID: clientID))
    }

    /// Finds the flow of an exchange and takes note of what happened; nil when it belongs to none.
    func observe(_ exchange: Exchange) -> Int? {
        let classified = ClassifiedExchange(exchange)
        return state.withLock { $0.observe(classified, secrets) }
    }

    /// Marks the step of a request whose event stream told an error.
    func note(_ error: StreamError, inFlow number: Int) {
        state.withLock { $0.note(error, inFlow: number) }
    }

    /// About how much memory the flows take, in bytes.
    var size: Int { state.withLock(\.size) }

    /// All flows, the oldest first.
    var all: [Flow] { state.withLock { $0.all }.map(justly) }

    /// The flow of a number, while it is kept.
    subscript(number: Int) -> Flow? { state.withLock { $0[number] }.map(justly) }

    /// A flow of which nobody says that its token was never used when a call that was only counted may have been its
    /// own.
    private func justly(_ flow: Flow) -> Flow {
        guard let wait = flow.wait, wait.for == .withToken, let latest = routine.latest, latest >= wait.since
        else { return flow }
        var flow = flow
        flow.wait = nil
        return flow
    }

    /// What was found about the rules that clients must keep.
    var findings: Findings { state.withLock { $0.rules.findings } }

    /// Forgets the flows and what was found about the client; codes, tokens and sessions stay known.
    func clear() {
        state.withLock { $0.clear() }
    }

    // MARK: - What is known by a digest

    /// What is known of an authorization code.
    func code(_ digest: Digest) -> CredentialHistory.Code? { state.withLock { $0.traces.codes[digest] } }

    /// What is known of a PKCE challenge.
    func challenge(_ challenge: CodeChallenge) -> CredentialHistory.Challenge? {
        state.withLock { $0.traces.challenges[Digest(of: challenge.value)] }
    }

    /// What is known of an access token or a refresh token.
    func token(_ digest: Digest) -> CredentialHistory.Token? { state.withLock { $0.traces.tokens[digest] } }

    /// Why the grant of a flow ended, if it did before its time.
    func grantEnd(inFlow flow: Int) -> CredentialHistory.GrantEnd? { state.withLock { $0.traces.grantEnds[flow] } }

    /// What is known of a session of MCP.
    func session(_ digest: Digest) -> CredentialHistory.Session? { state.withLock { $0.traces.sessions[digest] } }
}
