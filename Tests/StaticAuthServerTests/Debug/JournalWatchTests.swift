import HTTPEdge
import Testing
import TestSupport

@testable import FlowRecorder
@testable import StaticAuthServer

@Suite("Waiting for requests")
struct JournalWatchTests {
    private let journal = Journal(secrets: Settings().secretScanner)

    private func record(_ endpoint: EndpointName) {
        let request = HTTPRequest(method: .get, path: "/\(endpoint.rawValue)", host: nil, peer: "127.0.0.1")
        let exchange = Exchange(
            journal.begin(), request, HTTPResponse(.ok), endpoint: endpoint, time: .zero, duration: .zero)
        journal.record(JournalEntry(ClassifiedExchange(exchange), flow: nil, journal.secrets))
    }

    private func watch(_ query: String) throws -> JournalWatch {
        let request = HTTPRequest(method: .get, path: "/debug/requests/await", query: query, host: nil, peer: "")
        return JournalWatch(
            journal: journal, filter: try JournalFilter(DebugQuery(request, JournalFilter.parameters)))
    }

    @Test("The journal is searched again only when an awaited request has come")
    func news() throws {
        record(.token)
        record(.mcp)
        var watch = try watch("endpoint=token")
        let isFirst = watch.hasNews()
        #expect(isFirst)
        for _ in 0..<2000 {
            record(.mcp)
            let hasNews = watch.hasNews()
            #expect(!hasNews)
        }
        record(.token)
        record(.mcp)
        let hasCome = watch.hasNews()
        let hasComeAgain = watch.hasNews()
        #expect(hasCome && !hasComeAgain)
        _ = journal.clear()
        record(.mcp)
        #expect(journal.news(since: journal.news(since: nil).mark - 1).entries.map(\.endpoint) == [.mcp])
        let isForgotten = !watch.hasNews()
        #expect(isForgotten)
    }
}
