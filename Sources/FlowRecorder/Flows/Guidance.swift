internal import OAuth
internal import Primitives

/// What told a client how to make a request: the scenarios that were running when it got it.
///
/// The server may have changed since, by a switch to another scenario or to none. Then the request was right.
struct Guidance {
    /// A kind of answer that a client goes by.
    private enum Source: CaseIterable {
        case challenge
        case resourceMetadata
        case serverMetadata
        case lackOfScope
        case login
        case token

        /// Whether a step of a flow is such an answer.
        func isIn(_ step: FlowStep) -> Bool {
            switch self {
            case .challenge: step.kind == .challenge
            case .resourceMetadata: step.attempt == FlowStep.resourceMetadata && step.status < 400
            case .serverMetadata: step.attempt == FlowStep.serverMetadata && step.status < 400
            case .lackOfScope: step.problem == .lackOfScope
            case .login: step.achievement == .authorization || step.achievement == .login
            case .token: step.kind == .token && step.verdict == .fine
            }
        }
    }

    private let classified: ClassifiedExchange
    /// The flow that the request belongs to, where a key in it tells.
    private let own: Flow?
    /// The flow in which the client began that login, if it is another one.
    private let origin: Flow?
    /// The flows whose client may have sent the request.
    private let flows: [Flow]

    init(_ classified: ClassifiedExchange, _ table: FlowTable, _ history: CredentialHistory) {
        self.classified = classified
        own = Self.flow(classified, history).flatMap { table[$0] }
        origin = own?.attribution.origin.flatMap { table[$0] }
        flows = table.flows.filter { $0.machine == classified.machine && Self.mayBe(classified, of: $0) }
    }

    /// The scenarios, by name; nil for none.
    ///
    /// - Parameters:
    ///   - error: the `error` of the refusal.
    ///   - isStranger: whether it was refused because the client is unknown.
    func scenarios(error: String, isStranger: Bool) -> Set<String?> {
        for sources in Self.sources(classified, error, isStranger) + [Source.allCases] {
            let found = sources.reduce(into: Set()) { $0.formUnion(scenarios(of: $1)) }
            if !found.isEmpty { return found }
        }
        return []
    }

    /// What the client goes by, the most certain first.
    private static func sources(
        _ classified: ClassifiedExchange, _ error: String, _ isStranger: Bool
    ) -> [[Source]] {
        switch classified.event {
        case .discovery: return [[.resourceMetadata, .challenge]]
        case .authorization where error == OAuthError.Code.invalidScope.rawValue:
            return [[.challenge, .resourceMetadata, .serverMetadata, .lackOfScope]]
        case _ where error == OAuthError.Code.invalidTarget.rawValue: return [[.resourceMetadata], [.login]]
        case _ where isStranger: return [[.login, .token]]
        default: return [[.serverMetadata], [.login, .token]]
        }
    }

    /// The latest answer of a kind counts, in the request's own flow or else in each that may be of its client.
    private func scenarios(of source: Source) -> Set<String?> {
        for flow in [own, origin].compactMap(\.self) {
            // A login may have taken over what another client read, until that is known.
            let foreign = classified.isNamed ? flow.prelude.entries(besides: classified.agent) : []
            let step = flow.steps.last { source.isIn($0) && !foreign.contains($0.first.entry) }
            if let step { return [step.scenario] }
        }
        return Set(flows.compactMap { $0.steps.last(where: source.isIn) }.map(\.scenario))
    }

    private static func flow(_ classified: ClassifiedExchange, _ history: CredentialHistory) -> Int? {
        switch classified.event {
        case .token(let form, _):
            form.secret(.code).flatMap { history.codes[$0]?.flow }
                ?? form.secret(.refreshToken).flatMap { history.tokens[$0]?.flow }
        case .introspection(let token), .revocation(let token): token.flatMap { history.tokens[$0]?.flow }
        default: nil
        }
    }

    /// Whether a request may be of a flow's client; a browser sends authorization requests for any.
    private static func mayBe(_ classified: ClassifiedExchange, of flow: Flow) -> Bool {
        if case .authorization = classified.event { return true }
        return classified.isNamed ? flow.identity.agents.contains(classified.agent) : flow.identity.isUnnamed
    }
}

extension FlowStep {
    /// Attempts to read metadata.
    static let (serverMetadata, resourceMetadata): (SafeText, SafeText) = ("server metadata", "resource metadata")
}
