import OAuth
import OAuthServer
import Synchronization
import Testing
import TestSupport

@testable import StaticAuthServer

@Suite("The streams that a revocation wakes")
final class TokenStreamsTests: Sendable {
    private let streams = TokenStreams()
    private let woken = Mutex<[String]>([])

    private func add(_ name: String, _ token: AccessTokenRecord) -> TokenStreams.Place {
        streams.add(token) { [self] in woken.withLock { $0.append(name) } }
    }

    /// The streams that a revocation wakes.
    private func woken(by cause: Revocation) -> [String] {
        woken.withLock { $0 = [] }
        streams.wake(cause)
        return woken.withLock { $0.sorted() }
    }

    @Test("Those of the token, of its grant, of its subject, or all; and none that has ended")
    func causes() {
        let (ann, bob) = (SampleGrant("a", userName: "ann"), SampleGrant("b", userName: "bob"))
        let places = [
            add("ann 1", ann.access(1)), add("ann 1 again", ann.access(1)), add("ann 2", ann.access(2)),
            add("bob 1", bob.access(1)),
        ]
        #expect(woken(by: .accessToken(ann.access(1).digest)) == ["ann 1", "ann 1 again"])
        #expect(woken(by: .accessToken(ann.refresh(1).digest)) == [])
        #expect(woken(by: .grant(ann.grant.id)) == ["ann 1", "ann 1 again", "ann 2"])
        #expect(woken(by: .subject("bob")) == ["bob 1"])
        #expect(woken(by: .subject("bo")) == [])
        #expect(woken(by: .everything) == ["ann 1", "ann 1 again", "ann 2", "bob 1"])
        streams.remove(places[0])
        #expect(woken(by: .grant(ann.grant.id)) == ["ann 1 again", "ann 2"])
        for place in places { streams.remove(place) }
        #expect(woken(by: .everything) == [])
        #expect(streams.isEmpty)
    }
}
