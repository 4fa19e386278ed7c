import Foundation
import MCPCore
import OAuth
import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

/// A client with a store in a temporary directory.
final class Bench: Sendable {
    static let client = ClientIdentity(id: "static-mcp-client-001", secret: demoSecret)
    static let demoSecret = Secret("your-secret-key-change-this-in-production")

    let directory: String
    let web: WebClient
    let store: TokenStore
    /// Every line of the trace.
    let trace: Lines

    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
        var text: String { all.joined(separator: "\n") }
    }

    init(_ change: (inout WebLimits) -> Void = { _ in }, key: StoreKey? = nil) {
        directory = FileManager.default.temporaryDirectory.appending(path: "client-\(UUID().uuidString)").path
        var limits = WebLimits()
        change(&limits)
        let trace = Lines()
        self.trace = trace
        web = WebClient(limits: limits, trace: Trace { trace.add($0) })
        store = TokenStore(directory: directory, key: key)
    }

    /// Runs a test with a client and cleans up.
    static func run(
        _ change: (inout WebLimits) -> Void = { _ in }, key: StoreKey? = nil, _ body: (Bench) async throws -> Void
    ) async throws {
        let bench = Bench(change, key: key)
        do {
            try await body(bench)
        } catch {
            await bench.clear()
            throw error
        }
        await bench.clear()
    }

    private func clear() async {
        await web.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The names of the files with tokens.
    func storedTokens() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter {
            $0.hasPrefix("tokens-") && $0.hasSuffix(".json")
        }
    }

    /// A person who logs in at our server, and at a scripted one.
    var person: HeadlessAgent {
        HeadlessAgent(
            web: web, username: "demo_user", password: Secret("demo_password"), callback: BrowserAgent.Callback())
    }

    func access(
        _ server: String, agent: (any AuthorizationAgent)?, client: ClientIdentity? = Bench.client,
        _ change: (inout ServerAccess.Options) -> Void = { _ in },
        now: @escaping @Sendable () -> Duration = SystemClock.now
    ) throws -> ServerAccess {
        var options = ServerAccess.Options()
        options.client = client
        // Tests that wait set their own timeout.
        options.outageTimeout = .zero
        change(&options)
        return try ServerAccess(server: server, web: web, store: store, agent: agent, options: options, now: now)
    }

    func connection(_ access: ServerAccess, era: EraChoice = .automatic) -> MCPConnection {
        var options = MCPConnection.Options()
        options.era = era
        return MCPConnection(web: web, access: access, store: store, options: options)
    }

    /// A connection to a server, with a person who logs in.
    func connection(_ server: String, era: EraChoice = .automatic) throws -> MCPConnection {
        connection(try access(server, agent: person), era: era)
    }
}

/// The failure of some work, if it is a ``ClientError``.
func failure(_ work: () async throws -> Void, _ location: SourceLocation = #_sourceLocation) async -> ClientError? {
    do {
        try await work()
        Issue.record("no error was thrown", sourceLocation: location)
        return nil
    } catch let error as ClientError {
        return error
    } catch {
        Issue.record("an unexpected error: \(error)", sourceLocation: location)
        return nil
    }
}
