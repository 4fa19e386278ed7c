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
    /// The digest of the redirect URI.
    var redirectURI: Digest?
    /// The latest of its readings after which there was a token request of its own.
    var claimed = 0
    /// What the flow that this one continues was waiting for.
    var wait: (for: ExpectedStep, since: CredentialHistory.EntryReference)?
    /// The name that the client gave itself in the flow that this one continues.
    var name: ClientEvidence.Name?
}

extension Flow {
    /// The client's name: what it gives itself, or its user agent.
    var client: SafeText? { name?.name ?? agentName }

    /// The client's user agent.
    var agentName: SafeText? { evidence.agentName ?? prelude.evidence.agentName ?? readings.evidence.agentName }

    /// The version that the client gives itself.
    var clientVersion: SafeText? { name?.version }

    /// The name that the client gives itself, here or in the flow that this one continues.
    var name: ClientEvidence.Name? { evidence.name ?? prelude.evidence.name ?? attribution.name }

    /// All that identifies the client.
    var identity: ClientEvidence {
        var identity = evidence
        identity.merge(prelude.evidence)
        return identity
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
            Prelude(
                taken.prelude.parts.map { part in
                    var part = part
                    part.events.removeAll { !isIncluded($0.moment.entry) }
                    return part
                })
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
