import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Clients that nothing tells apart")
struct EqualClientTests {
    /// A client's name, and the user agent of its requests for metadata and tokens.
    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String?
        let others: String?

        var testDescription: String { "\(name ?? "no name"), \(others ?? "no user agent")" }

        /// What a good client of the kind does, one request after another.
        func steps(_ number: Int, _ recorder: Recorder, connection: Exchange.Connection?) -> [() -> Void] {
            var messages = RecordedClient(
                recorder: recorder, agent: "node", browser: "browser", name: name, id: "client")
            messages.connection = connection
            var others = messages
            others.agent = self.others
            return [
                { [messages] in messages.challenge(method: "initialize") },
                { [others] in others.discover(.resourceMetadata, "/.well-known/oauth-protected-resource/mcp") },
                { [others] in others.discover(.metadata, "/.well-known/oauth-authorization-server") },
                { [others] in others.authorize("\(number)") }, { [others] in others.logIn("\(number)") },
                { [others] in others.redeem("\(number)") },
                { [messages] in messages.call(method: "initialize", token: "access-\(number)") },
                { [messages] in messages.call(token: "access-\(number)") },
            ]
        }
    }

    static let kinds = [
        Kind(name: "One", others: "node"), Kind(name: nil, others: "node"), Kind(name: "One", others: nil),
        Kind(name: nil, others: nil),
    ]

    private let recorder = RecordedClient().recorder

    /// The rules of the beginning of a login that are broken.
    private func broken(_ recorder: Recorder) -> [Rule] {
        let rules: [Rule] = [.noRetryStorm, .resourceMetadataFirst, .serverMetadataFirst]
        return recorder.judgedFlows.flatMap(\.brokenRules).map(\.rule).filter(rules.contains)
    }

    /// Has clients log in at once, in an order that the seed determines.
    private func interleave(
        _ clients: [[() -> Void]], seed: UInt64, _ afterEach: () -> Void = {}
    ) {
        var (clients, generator) = (clients.map { $0[...] }, Generator(seed: seed))
        while let next = clients.indices.filter({ !clients[$0].isEmpty }).randomElement(using: &generator) {
            clients[next].removeFirst()()
            afterEach()
        }
    }

    @Test("However many log in at once, none is accused", arguments: kinds, [6, 8])
    func atOnce(kind: Kind, count: Int) {
        for seed in UInt64(0)..<20 {
            let recorder = RecordedClient().recorder
            interleave((0..<count).map { kind.steps($0, recorder, connection: nil) }, seed: seed)
            #expect(broken(recorder) == [], "seed \(seed)")
        }
    }

    @Test("Those with connections of their own are never accused, not even while they begin", arguments: kinds)
    func connections(kind: Kind) {
        for seed in UInt64(0)..<3 {
            let recorder = RecordedClient().recorder
            let clients = (1...8).map {
                kind.steps($0, recorder, connection: Exchange.Connection(number: $0, opened: .now))
            }
            interleave(clients, seed: seed) { #expect(broken(recorder) == [], "seed \(seed)") }
        }
    }

    @Test("One that begins before the others went on does not make them one that repeats its request", arguments: kinds)
    func lateBeginner(kind: Kind) {
        let clients = (0..<6).map { kind.steps($0, recorder, connection: nil) }
        for client in clients.dropLast() { client[0]() }
        clients[0][1]()
        clients[5][0]()
        for client in clients.dropFirst() { client[1]() }
        #expect(broken(recorder) == [])
    }

    @Test("A report waits until clients that have just begun went on", arguments: kinds)
    func settle(kind: Kind) async throws {
        let clients = (0..<5).map { kind.steps($0, recorder, connection: nil) }
        for client in clients { client[0]() }
        var pauses: [Duration] = []
        await recorder.settle { pause in
            pauses.append(pause)
            for client in clients { client[1]() }
        }
        #expect(pauses.count == 1 && pauses.allSatisfy { $0 > .zero && $0 <= AnonymousCalls.patience })
        #expect(broken(recorder) == [])
    }

    @Test("A client that repeats its request is accused after the wait, and not waited for again", arguments: kinds)
    func storm(kind: Kind) async {
        var client = RecordedClient(recorder: recorder, agent: "node", name: kind.name)
        for _ in 0..<3 { client.challenge(method: "initialize") }
        var pauses = 0
        await recorder.settle { _ in pauses += 1 }
        #expect(pauses == 0)
        client.challenge(method: "initialize")
        await recorder.settle { _ in pauses += 1 }
        #expect(pauses == 1 && broken(recorder) == [.noRetryStorm])
        client.age = AnonymousCalls.patience
        client.challenge(method: "initialize")
        await recorder.settle { _ in pauses += 1 }
        #expect(pauses == 1)
    }
}
