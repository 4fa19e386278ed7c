internal import OAuth
internal import Primitives

/// The rules of the scopes that a challenge or a refusal asks for.
extension Story {
    func judgeScope(_ findings: inout Findings) {
        guard hasKnownPrelude else { return }
        let stepUp = stepUp
        if let (lack, next) = stepUp, next.scope != nil {
            findings.judge(
                .scopeAfterRefusal, next.moment, isKept: next.asks(for: lack.scope),
                "The 403 asked for \(public: lack.scope); the authorization request does not ask for all of it.")
        }
        guard let challenge = flow.prelude.challenge, let named = flow.prelude.challengeScope,
            let next = authorization(after: challenge), next.moment != stepUp?.next.moment, next.scope != nil
        else { return }
        let isKept = next.asks(for: named)
        guard isKept || !mayLeaveOut(named) else { return }
        findings.judge(
            .scopeFromChallenge, next.moment, isKept: isKept,
            "The challenge named \(public: named); the authorization request does not ask for all of it.")
    }

    /// The lack of a scope that the client has to deal with, and its first authorization after it.
    ///
    /// A client has another reason to log in when its grant is over, when a new challenge without a token began anew,
    /// or when it has asked for the scope already, in vain.
    private var stepUp: (lack: FlowRecord.LackOfScope, next: FlowRecord.Authorization)? {
        let before = flow.prelude.challenge == nil ? continued : nil
        return [record, before].lazy.compactMap(\.self).compactMap(stepUp).first
    }

    private func stepUp(
        after owner: FlowRecord
    ) -> (lack: FlowRecord.LackOfScope, next: FlowRecord.Authorization)? {
        guard let lack = owner.lackOfScope, !lack.isOver,
            let next = authorization(after: lack.moment), lack.expires.map({ next.moment.time < $0 }) ?? true,
            !owner.authorizations.contains(where: { $0.moment.entry < lack.moment.entry && $0.asks(for: lack.scope) })
        else { return nil }
        let between = { (authorization: FlowRecord.Authorization) in
            lack.moment.entry < authorization.moment.entry && authorization.moment.entry < next.moment.entry
        }
        // It is not known whose a login is that got no token.
        let isSettled =
            (repeated + earlier.relatives(of: flow)).contains { $0.authorizations.contains(where: between) }
            || earlier.contains { flow, record in
                flow.machine == self.flow.machine && flow.evidence.isEmpty
                    && record.authorizations.contains { between($0) && $0.asks(for: lack.scope) }
            }
        return isSettled ? nil : (lack, next)
    }

    /// Whether a client need not ask for the scopes of its challenge: another challenge named none, or they were asked
    /// for before and refused.
    private func mayLeaveOut(_ named: String) -> Bool {
        flow.prelude.has { $0.kind == .challenge && $0.scope == nil }
            || repeated.contains { $0.refusedLogin != nil && $0.authorizations.contains { $0.asks(for: named) } }
    }
}

extension FlowRecord.Authorization {
    /// Whether it asks for all of some scopes; one that is too long to be kept may.
    fileprivate func asks(for named: String) -> Bool {
        guard let scope else { return true }
        return Set(scope.split(separator: " ")).isSuperset(of: named.split(separator: " "))
    }
}
