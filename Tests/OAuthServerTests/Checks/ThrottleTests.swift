import OAuth
import OAuthServer
import Primitives
import Testing
import TestSupport

@Suite("Attempts to guess a secret are counted by name and by network")
struct ThrottleTests {
    private static let now = Instant.seconds(1_800_000_000)
    private let throttle = Throttle()

    /// Whether an attempt is allowed; it fails then.
    private func isLookedAt(
        _ name: String, from network: String = Throttle.thisMachine, after time: Duration = .zero,
        _ kind: Throttle.Kind = .user
    ) -> Bool {
        (try? throttle.begin(kind, name: name, network: network, at: Self.now + time)) != nil
    }

    private func guesses(_ count: Int, _ name: String, from network: String = Throttle.thisMachine) -> Int {
        (0..<count).count { _ in isLookedAt(name, from: network) }
    }

    @Test(
        "Ten guesses per minute are allowed for a name, however many other names fail meanwhile",
        arguments: [1, 5, 9, 10])
    func others(before: Int) {
        #expect(guesses(before, "ann") == before)
        for stranger in 0..<40_000 { _ = isLookedAt("stranger \(stranger)") }
        #expect(guesses(20, "ann") == 10 - before)
    }

    @Test("While the table is full the count of a further name is not too low either")
    func full() {
        for stranger in 0..<20_000 { _ = isLookedAt("stranger \(stranger)") }
        #expect(guesses(20, "ann") <= 10)
    }

    @Test("The counts take bounded memory, and are removed after their minute")
    func memory() {
        // A hundred from each network, the maximum.
        for stranger in 0..<100_000 { _ = isLookedAt("stranger \(stranger)", from: "network \(stranger % 1000)") }
        #expect(throttle.size < 300_000)
        for stranger in 0..<30_000 { _ = isLookedAt("late \(stranger)", after: .seconds(61)) }
        #expect(guesses(20, "ann") == 0 || guesses(20, "bob") <= 10)
        #expect(throttle.size < 300_000)
    }

    @Test("A network may have a hundred failures for all names, and no other network is affected")
    func network() {
        #expect((0..<200).count { isLookedAt("name \($0)", from: "192.0.2.7") } == 100)
        #expect(!isLookedAt("client", from: "192.0.2.7", .client))
        #expect(isLookedAt("name 0", from: "192.0.2.8"))
        #expect(isLookedAt("ann", from: "192.0.2.7", after: .seconds(60)))
    }

    @Test("On this machine the failures of one program lock out no other")
    func thisMachine() {
        for stranger in 0..<40_000 { #expect(isLookedAt("stranger \(stranger)")) }
        #expect(isLookedAt("ann"))
        #expect(isLookedAt("client", .client))
    }

    @Test("A name may have a hundred failures from all networks; those with an earlier login are not affected")
    func name() throws {
        throttle.succeed(try throttle.begin(.user, name: "ann", network: "198.51.100.1", at: Self.now))
        #expect((0..<30).reduce(0) { $0 + guesses(10, "ann", from: "192.0.2.\($1)") } == 100)
        #expect(isLookedAt("ann", from: "198.51.100.1"))
        #expect(!isLookedAt("ann", from: "198.51.100.2"))
        #expect(isLookedAt("bob", from: "192.0.2.1"))
    }

    @Test("Concurrent attempts do not bypass the limit")
    func concurrency() async {
        let looked = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 { group.addTask { isLookedAt("ann") } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(looked == 10)
    }

    @Test("A success resets its name's count from this network, and takes back only itself from the network's")
    func success() throws {
        let network = "192.0.2.7"
        for _ in 0..<3 {
            #expect(guesses(9, "ann", from: network) == 9)
            throttle.succeed(try throttle.begin(.user, name: "ann", network: network, at: Self.now))
        }
        #expect((0..<200).count { isLookedAt("name \($0)", from: network) } == 100 - 27)
    }

    @Test("Each kind of secret is counted separately")
    func kinds() {
        #expect(guesses(20, "ann") == 10)
        #expect(isLookedAt("ann", .client))
        #expect(isLookedAt("ann", .debugToken))
    }

    @Test("A minute that begins in the future no longer counts, and a refusal tells the time to wait")
    func clock() {
        #expect(guesses(20, "ann") == 10)
        #expect(throws: TooManyAttempts(retryAfter: .seconds(45))) {
            try throttle.begin(.user, name: "ann", network: Throttle.thisMachine, at: Self.now + .seconds(15))
        }
        #expect(isLookedAt("ann", after: .seconds(-1)))
        #expect(isLookedAt("ann", after: .seconds(60)))
        throttle.clear()
        #expect(isLookedAt("ann"))
    }

    @Test("A client is counted under its own id in either reading of a Basic header")
    func readings() async throws {
        let setup = ServerUnderTest {
            $0.client = RegisteredClient(id: "a+b", secretDigest: Digest(of: "s"), redirectURIs: [])
        }
        let body = "grant_type=client_credentials"
        var looked = 0
        for round in 0..<24 {
            let header = ["a+b:x\(round)", "a%2Bb:x\(round)"][round % 2]
            let basic = "Basic " + Base64.standard.encode(Array(header.utf8))
            let post = body + "&client_id=a%2Bb&client_secret=x\(round)"
            do {
                _ =
                    try await
                    (round % 3 == 0
                    ? setup.token(post, authorization: []) : setup.token(body, authorization: [basic]))
            } catch is OAuthError {
                looked += 1
            } catch is TooManyAttempts {}
        }
        #expect(looked == 10)
    }

    @Test("All endpoints that check the client's secret share one count")
    func endpoints() async throws {
        let setup = ServerUnderTest()
        let wrong = try form("grant_type=client_credentials&token=x&client_id=client&client_secret=x")
        let ways: [() async throws -> Void] = [
            { _ = try await setup.server.token.respond(to: wrong, authorization: [], origin: "", peer: "p") },
            { _ = try await setup.server.introspection.respond(to: wrong, authorization: [], peer: "p") },
            { try await setup.server.revocation.respond(to: wrong, authorization: [], peer: "p") },
        ]
        for round in 0..<10 { #expect(await refusal { try await ways[round % 3]() } == .invalidClient) }
        for way in ways { await #expect(throws: TooManyAttempts.self) { try await way() } }
    }
}
