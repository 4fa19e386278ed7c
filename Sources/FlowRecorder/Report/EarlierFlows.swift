internal import OAuth

/// The flows before one, with what is known about them, for questions about those of the same client.
///
/// A question looks only at flows that have what it asks for: all flows together are judged in proportion to their
/// number, even when they are of one client.
struct EarlierFlows {
    /// A flow with what is known about it; an object, which lists share.
    private final class Member {
        let flow: Flow
        let record: FlowRecord

        init(_ flow: Flow, _ record: FlowRecord) { (self.flow, self.record) = (flow, record) }
    }

    /// What an authorization request is looked up by.
    enum Key: Hashable {
        case challenge(Digest)
        case state(Digest)
    }

    private var members: [Member] = []
    private var authorizations: [Key: [(member: Member, authorization: FlowRecord.Authorization)]] = [:]
    private var redemptions: [Digest?: [(member: Member, redemption: FlowRecord.Redemption)]] = [:]
    private var refusedRefreshes: [Member] = []

    mutating func append(_ flow: Flow, _ record: FlowRecord) {
        guard record.isRelevantLater else { return }
        let member = Member(flow, record)
        members.append(member)
        for authorization in record.authorizations {
            for key in [authorization.challenge.map(Key.challenge), authorization.state.map(Key.state)] {
                if let key { authorizations[key, default: []].append((member, authorization)) }
            }
        }
        for redemption in record.redemptions {
            redemptions[redemption.challenge, default: []].append((member, redemption))
        }
        if record.refusedRefresh != nil { refusedRefreshes.append(member) }
    }

    /// Whether a flow meets a condition.
    func contains(where condition: (Flow, FlowRecord) -> Bool) -> Bool {
        members.contains { condition($0.flow, $0.record) }
    }

    /// The records of the flows that may be of a flow's client.
    func relatives(of flow: Flow) -> [FlowRecord] {
        members.filter { $0.flow.mayBeOfClient(of: flow) }.map(\.record)
    }

    /// Whether a flow's client has sent an authorization request with a challenge or state that meets a condition.
    func hasAuthorization(
        of flow: Flow, _ key: Key, where condition: (FlowRecord.Authorization) -> Bool
    ) -> Bool {
        authorizations[key]?.contains { condition($0.authorization) && $0.member.flow.mayBeOfClient(of: flow) } ?? false
    }

    /// The codes of a challenge that a flow's client has redeemed.
    func redemptions(of flow: Flow, challenge: Digest?) -> [FlowRecord.Redemption] {
        redemptions[challenge]?.filter { $0.member.flow.mayBeOfClient(of: flow) }.map(\.redemption) ?? []
    }

    /// The first refusal of a refresh token of a flow's client; that of one that only has the same user agent is not.
    func refusedRefresh(ofClientOf flow: Flow) -> CredentialHistory.EntryReference? {
        refusedRefreshes.filter { $0.flow.isOfClient(of: flow) }.compactMap(\.record.refusedRefresh)
            .min { $0.entry < $1.entry }
    }
}
