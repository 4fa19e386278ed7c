internal import OAuth
internal import Primitives

/// What a flow needs to have requests attributed to it, and attributions corrected.
struct Attribution: Sendable {
    /// The first request for authorization, or the first one for a token.
    var authorization: Int?
    /// Whether there was a request for authorization.
    var hasLogin = false
    /// Whether it was issued a token, or one that is not on record was accepted in it.
    var hasToken = false
    /// Whether the client's first message with its latest token is still to come.
    var awaitsMessage = false
    /// Whether its prelude is known to be its own.
    var isSettled = false
    /// The flow in which its prelude was recorded, when these were taken for another reading of metadata there.
    var source: Int?
    /// The flow whose prelude is this one's, too, because its client began the login anew.
    var origin: Int?
    /// The login that this one repeats.
    var repeated: Int?
    /// What the authorization request tells about the client.
    var asker: Asker?
    /// Whether the latest request for authorization was refused, or denied.
    var isLoginOver = false
    /// Whether it goes on in place of a flow that is no longer kept, so that the start of its story is not known.
    var isSuccessor = false
    /// The flow whose token the client uses beside that flow's own client.
    var lender: Int?
    /// The flows that this one may continue, where it cannot be known which of several clients asked.
    var mayFollow: [Int] = []
    /// The latest of its readings after which there was a token request of its own.
    var claimed = 0
    /// What the flow that this one continues was waiting for.
    var wait: (for: ExpectedStep, since: CredentialHistory.EntryReference)?
    /// The name that the client gave itself in the flow that this one continues.
    var name: ClientEvidence.Name?
    /// The user agent of the authorization request.
    var browser: Digest?
    /// The clients that may have sent it.
    var asking: [FlowTable.Asking] = []
    /// Whether another client may have asked for the login; only in a flow that is read, see
    /// ``FlowTable/withPrelude(_:)``.
    var isDoubtful = false

    /// The approximate memory besides itself, in bytes.
    var size: Int { (name?.size ?? 0) + asking.count * MemoryLayout<FlowTable.Asking>.stride }
}

extension Flow {
    /// The client's name: what it gives itself, or its user agent.
    var client: SafeText? { name?.name ?? agentName }

    /// The client's user agent.
    var agentName: SafeText? {
        guard !attribution.isDoubtful else { return nil }
        return evidence.agentName ?? prelude.evidence.agentName ?? readings.evidence.agentName
    }

    /// The version that the client gives itself.
    var clientVersion: SafeText? { name?.version }

    /// The name that the client gives itself, here or in the flow that this one continues.
    var name: ClientEvidence.Name? {
        evidence.name ?? (attribution.isDoubtful ? nil : prelude.evidence.name ?? attribution.name)
    }

    /// All that identifies the client.
    var identity: ClientEvidence {
        guard !attribution.isDoubtful else { return ClientEvidence() }
        var identity = evidence
        identity.merge(prelude.evidence)
        return identity
    }

    /// The digest of the client id in its token requests, or else in its authorization request.
    var clientID: Digest? { evidence.clientID ?? attribution.asker?.clientID }

    /// Whether another flow is known to be of the same client.
    ///
    /// For a client with a name its user agent does not tell: that of a library is the same in a thousand programs.
    func isOfClient(of other: Flow) -> Bool {
        guard machine == other.machine else { return false }
        if let name, let its = other.name { return name.digest == its.digest }
        return isNamed(like: other) && knownEvidence.agreement(with: other.knownEvidence) > 0
    }

    /// Whether both clients give themselves a name, or neither does; a user agent that says the name counts as well.
    func isNamed(like other: Flow) -> Bool {
        guard (name == nil) != (other.name == nil) else { return true }
        return (name ?? other.name)?.isSaid(by: (name == nil ? self : other).agentName?.text) ?? false
    }

    /// Whether nothing came of its authorization request, as far as is known, not even a denial.
    var isUnfinishedLogin: Bool {
        attribution.hasLogin && evidence.isEmpty && !problems.hasDenial
    }

    /// Whether the authorization requests of two flows may be of one client.
    func isAskedLike(_ other: Flow) -> Bool {
        guard let asker = attribution.asker, let its = other.attribution.asker else { return true }
        return asker == its
    }

    /// Whether an authorization request is like that of the flow; where that is no longer known, the client id tells.
    func mayAsk(as other: Asker) -> Bool {
        if let asker = attribution.asker { return asker == other }
        return attribution.isSuccessor && (evidence.clientID == nil || evidence.clientID == other.clientID)
    }

    /// Whether another flow may be of the same client, as far as is known.
    func mayBeOfClient(of other: Flow) -> Bool {
        if let name, let its = other.name { return machine == other.machine && name.digest == its.digest }
        return machine == other.machine && identity.agreement(with: other.identity) > 0
    }

    /// What identifies the client; before it has sent a key of the flow, by what came before the authorization.
    private var knownEvidence: ClientEvidence {
        guard !attribution.isDoubtful else { return ClientEvidence() }
        return evidence.isEmpty ? prelude.evidence : evidence
    }

    /// Whether a later flow may continue this one, because its token, scope or session does not work any more.
    var callsForAnother: Bool { wait?.for.callsForAnotherFlow ?? false }

    /// Removes the requests of some agents that were attributed without a key, and returns them with their steps.
    mutating func take(_ isTaken: (Prelude.Part) -> Bool) -> (prelude: Prelude, steps: [FlowStep]) {
        var taken = prelude.take(isTaken)
        taken.merge(readings.take(isTaken))
        if isDiscovery { wait = prelude.wait }
        return (taken, take(Set(taken.entries)))
    }

    /// Adds requests without a key: those from before the authorization to the prelude.
    mutating func put(_ taken: (prelude: Prelude, steps: [FlowStep])) {
        let authorization = isDiscovery ? .max : attribution.authorization ?? 0
        func part(_ isIncluded: (Int) -> Bool) -> Prelude {
            Prelude(taken.prelude.parts.map { $0.keeping { isIncluded($0.moment.entry) } })
        }
        prelude.merge(part { $0 < authorization })
        readings.merge(part { $0 >= authorization })
        put(taken.steps)
        if isDiscovery { wait = prelude.wait }
    }
}

extension ExpectedStep {
    /// Whether the client continues in a new flow.
    fileprivate var callsForAnotherFlow: Bool {
        [.afterRefusedToken, .afterRefusedRefresh, .afterRefusedCode, .afterLackOfScope, .withoutSession]
            .contains(self)
    }
}
