import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Recordings of real clients")
struct RecordingTests {
    /// What is expected of a recording.
    struct Client: Sendable, CustomTestStringConvertible {
        let recording: String
        let name: String
        /// The kinds of the steps of each flow, each with the number of its repetitions in a row left out.
        let flows: [String]
        var follows: [Int?] = [nil]
        /// The title of the first problem.
        var problem: String?
        var brokenRules: [String] = []

        var testDescription: String { recording }
    }

    private static let login = "challenge discovery authorization login token message"

    static let clients = [
        Client(recording: "python-sdk-1.26", name: "mcp 0.1.0", flows: [login + " stream message"]),
        Client(
            recording: "python-sdk-1.26-revoked", name: "mcp 0.1.0",
            flows: [login + " stream message revocation message", "discovery authorization login token message"],
            follows: [nil, 1]),
        Client(recording: "python-sdk-1.30", name: "mcp 0.1.0", flows: [login + " stream message"]),
        Client(
            recording: "python-sdk-1.30-refresh", name: "mcp 0.1.0",
            flows: [login + " refresh message stream message refresh message"]),
        Client(recording: "python-sdk-2.3", name: "mcp 0.1.0", flows: [login]),
        Client(recording: "python-sdk-2.3-legacy", name: "mcp 0.1.0", flows: [login + " stream message"]),
        Client(
            recording: "python-sdk-2.3-step-up", name: "mcp 0.1.0",
            flows: [login, "authorization login token message"], follows: [nil, 1]),
        Client(recording: "fastmcp", name: "fastmcp 4.2.3", flows: [login]),
        Client(recording: "mcp-proxy", name: "mcp 0.1.0", flows: ["token message stream message"]),
        Client(
            recording: "authlib", name: "python-requests/2.34.2",
            flows: [
                "discovery authorization login token message refresh introspection revocation message"
            ], problem: "POST /mcp tools/list",
            brokenRules: ["resource-authorize", "resource-token", "resource-refresh"]),
        Client(
            recording: "requests-oauthlib", name: "python-requests/2.34.2",
            flows: ["discovery authorization login token message refresh message token message"],
            problem: "POST /token, authorization_code",
            brokenRules: ["resource-authorize", "resource-token", "resource-refresh", "code-once"]),
        Client(
            recording: "browser", name: "a-page 0.9",
            flows: [
                "preflight challenge preflight discovery preflight discovery authorization login discovery token "
                    + "message discovery refresh message"
            ]),
    ]

    @Test("One login is one flow, with the client's name and nothing wrong in it", arguments: clients)
    func alone(client: Client) throws {
        let replay = Replay()
        try replay.play(Recording(client.recording))
        let flows = replay.recorder.flows
        #expect(flows.map(\.kinds) == client.flows)
        #expect(flows.map(\.follows) == client.follows)
        #expect(flows.allSatisfy { $0.shownName == client.name })
        let problems = replay.recorder.judgedFlows.compactMap(\.firstProblem)
        #expect(problems.first?.step.title.text == client.problem)
        #expect(replay.brokenRules == client.brokenRules)
        #expect(flows.last?.wait.map { $0.for == .afterRefusedToken } ?? true)
        #expect(replay.recorder.journal.entries.allSatisfy { $0.flow != nil })
    }

    @Test("Two clients at once stay apart, whatever the order of their requests", arguments: pairs)
    func together(pair: Pair) throws {
        let (one, other) = (try Recording(pair.one), try Recording(pair.other).renamed("mcp", to: "another"))
        for seed in UInt64(0)..<10 {
            let replay = Replay()
            var generator = Generator(seed: seed)
            replay.interleave([one, other]) { open in
                seed == 0 ? open[replay.runs.count % open.count] : open[Int.random(in: open.indices, using: &generator)]
            }
            let flows = replay.recorder.flows
            let expected = [pair.one, pair.other].flatMap { name in
                Self.clients.first { $0.recording == name }?.flows ?? []
            }
            #expect(replay.runsOfFlows.filter { $0.value.count > 1 }.isEmpty, "seed \(seed)")
            #expect(flows.map(\.kinds).sorted() == expected.sorted(), "seed \(seed)")
            let known = Self.clients.filter { [pair.one, pair.other].contains($0.recording) }.flatMap(\.brokenRules)
            #expect(Set(replay.brokenRules).isSubset(of: known), "seed \(seed)")
        }
    }

    @Test(
        "Two runs of the Python SDK at once are two flows, each with its name, a challenge and metadata",
        arguments: [
            "mcp", "another",
        ])
    func twins(name: String) throws {
        let one = try Recording("python-sdk-1.26")
        let other = one.renamed("mcp", to: name)
        for seed in UInt64(0)..<60 {
            let replay = Replay()
            var generator = Generator(seed: seed)
            replay.interleave([one, other]) { open in open[Int.random(in: open.indices, using: &generator)] }
            let flows = replay.recorder.flows
            #expect(flows.count == 2, "seed \(seed)")
            for flow in flows {
                // Which of the two read metadata without a user agent cannot be known.
                let runs = flow.steps.filter { $0.kind != .discovery && (name != "mcp" || $0.kind != .challenge) }
                    .map { replay.runs[$0.first.entry] }
                #expect(Set(runs).count == 1, "seed \(seed)")
                #expect(flow.client?.text == (runs.first == "0" ? "mcp" : name), "seed \(seed)")
                // A challenge that is known to be of one of them comes with metadata.
                let documents = [flow.prelude.resourceMetadata, flow.prelude.serverMetadata].compactMap(\.self)
                #expect((flow.prelude.challenge == nil && name == "mcp") || documents.count == 2, "seed \(seed)")
            }
            #expect(replay.brokenRules == [], "seed \(seed)")
            #expect(replay.recorder.flowsSize == flows.reduce(0) { $0 + $1.counted })
        }
    }

    @Test(
        "Whoever logs in at the same time, no grant is mixed with another and no client is accused", arguments: crowds)
    func crowd(names: [String]) throws {
        var recordings = try names.map(Recording.init)
        if names == ["browser", "browser"] {
            recordings[1] = recordings[1].moved(to: "http://b.example", as: "b-page")
        }
        let alone = Self.clients.filter { names.contains($0.recording) }.flatMap(\.brokenRules)
        for seed in UInt64(0)..<10 {
            let replay = Replay()
            var generator = Generator(seed: seed)
            replay.interleave(recordings) { open in open[Int.random(in: open.indices, using: &generator)] }
            let withoutKey: [FlowStep.Kind] = [.challenge, .discovery, .preflight]
            for flow in replay.recorder.flows {
                let runs = flow.steps.filter { !withoutKey.contains($0.kind) }.map { replay.runs[$0.first.entry] }
                #expect(Set(runs).count <= 1, "seed \(seed)")
            }
            #expect(Set(replay.brokenRules).isSubset(of: alone), "seed \(seed)")
        }
    }

    static let crowds = [
        ["browser", "browser"], ["authlib", "requests-oauthlib"], ["python-sdk-1.26", "fastmcp"],
        ["mcp-proxy", "python-sdk-1.30-refresh"], ["python-sdk-1.26-revoked", "browser", "python-sdk-2.3-step-up"],
        ["fastmcp", "browser", "authlib", "mcp-proxy"],
    ]

    /// Two recordings.
    struct Pair: Sendable, CustomTestStringConvertible {
        let one, other: String

        var testDescription: String { "\(one) and \(other)" }
    }

    static let pairs = [
        Pair(one: "python-sdk-1.26", other: "browser"), Pair(one: "python-sdk-2.3", other: "browser"),
        Pair(one: "fastmcp", other: "browser"), Pair(one: "mcp-proxy", other: "python-sdk-2.3-legacy"),
        Pair(one: "python-sdk-1.26-revoked", other: "browser"), Pair(one: "python-sdk-2.3-step-up", other: "browser"),
        Pair(one: "authlib", other: "mcp-proxy"),
    ]
}

/// SplitMix64; each seed has its own sequence.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

extension Flow {
    /// The kinds of the steps, without repetitions in a row.
    var kinds: String {
        steps.map(\.kind.rawValue).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
            .joined(separator: " ")
    }

    /// Name and version of the client.
    var shownName: String { [client, clientVersion].compactMap { $0?.text }.joined(separator: " ") }
}
