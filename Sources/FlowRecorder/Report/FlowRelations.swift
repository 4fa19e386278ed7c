/// What the rules ask about a flow and others.
extension FlowTable {
    /// Whether other clients of the machine were at work between the challenge of a login that was not finished and its
    /// authorization request.
    func isCrowded(_ flow: Flow) -> Bool {
        guard flow.evidence.isEmpty, let challenge = flow.prelude.challenge?.entry,
            let asked = flow.attribution.authorization
        else { return false }
        return flows.values.contains { other in
            other.number != flow.number && other.machine == flow.machine && !other.isOfClient(of: flow)
                && other.lastEntry > challenge && (other.steps.first?.first.entry ?? .max) < asked
        }
    }

    /// Whether a flow's client may have begun before what is known, such as before a reset.
    func isOlder(_ flow: Flow) -> Bool {
        flows.values.contains { $0.attribution.isSuccessor && $0.mayBeOfClient(of: flow) }
    }

    /// The number of the flow that another one continues, if it is known to be of the same client.
    func continued(by flow: Flow) -> Int? {
        guard let earlier = flow.follows.flatMap({ self[$0] }) else { return nil }
        // A client may give itself a name in the earlier flow only after this one has begun.
        let isOfUnnamed = flow.name == nil && flow.prelude.challenge == nil
        return isOfUnnamed || earlier.isOfClient(of: flow) ? earlier.number : nil
    }
}
