import HTTPEdge
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Whether a request ignores an earlier answer")
struct EarlierAnswerTests {
    /// A client whose refused requests are recorded; each takes a tenth of a millisecond.
    private struct Client {
        private let start = ContinuousClock.now
        private(set) var ends: [Int: ConnectionEnd] = [:]
        private var opened: [Int: ContinuousClock.Instant] = [:]
        private(set) var answer: EarlierAnswer?
        private var number = 0
        /// The time since the start.
        var now = Duration.milliseconds(10)

        mutating func open(_ connection: Int) {
            ends[connection] = ConnectionEnd()
            opened[connection] = start + now
            now += .microseconds(50)
        }

        mutating func close(_ connection: Int) {
            ends[connection]?.note(start + now)
            now += .microseconds(50)
        }

        /// Sends a request; when its answer is ready others wait, and some answers are not read.
        mutating func send(on connection: Int?, waiting: [Int] = [], unread: [Int] = []) {
            if let connection, ends[connection] == nil { open(connection) }
            number += 1
            let exchange = Exchange(
                number, HTTPRequest(method: .post, path: "/mcp", host: nil, peer: ""), HTTPResponse(.unauthorized),
                endpoint: .mcp, time: .zero, began: start + now, duration: .microseconds(100),
                connection: connection.map {
                    Exchange.Connection(
                        number: $0, opened: opened[$0] ?? start, waiting: waiting, unread: unread,
                        end: ends[$0] ?? ConnectionEnd())
                })
            let classified = ClassifiedExchange(exchange)
            if answer == nil { answer = EarlierAnswer(classified) } else { answer?.note(classified) }
            now += .microseconds(150)
        }

        /// The numbers of the requests that ignored the first answer.
        var ignoring: [Int] { answer?.repetitions.map(\.moment.entry) ?? [] }
    }

    private var client = Client()

    // MARK: - One request after another

    @Test("Requests on one connection ignore the answer, be they as fast as possible or slow")
    func sameConnection() {
        var client = client
        for pause in [Duration.zero, .zero, .seconds(60)] {
            client.send(on: 1)
            client.now += pause
        }
        #expect(client.ignoring == [2, 3])
    }

    @Test("Requests without a connection that is known ignore it")
    func unknownConnection() {
        var client = client
        for _ in 0..<3 { client.send(on: nil) }
        #expect(client.ignoring == [2, 3])
    }

    @Test("Requests on new connections, each opened when the one before was closed, ignore it")
    func newConnections() {
        var client = client
        for connection in 1...20 {
            client.send(on: connection)
            client.close(connection)
        }
        #expect(client.ignoring == Array(2...20))
        #expect(client.answer?.repetitions.contains(where: \.isCertain) == false)
    }

    @Test("Requests in turns on open connections ignore it once they come back to one", arguments: [2, 5, 20, 50])
    func turns(connections: Int) {
        var client = client
        for connection in 1...connections { client.open(connection) }
        for index in 0..<connections + 20 { client.send(on: 1 + index % connections) }
        #expect(client.ignoring == Array(connections + 1...connections + 20))
    }

    @Test("One request on each open connection may have been under way, although each is seen after the answer before")
    func oneOnEach() {
        var client = client
        for connection in 1...50 { client.open(connection) }
        for connection in 1...50 {
            client.send(on: connection)
            client.now += .milliseconds(100)
        }
        #expect(client.ignoring == [])
    }

    @Test("Twenty requests on new connections that stay open are too many, too")
    func left() {
        var client = client
        for connection in 1...20 { client.send(on: connection) }
        #expect(client.ignoring == Array(2...20))
    }

    @Test("A request on an open connection that comes a quarter of a second later was not under way")
    func late() {
        var client = client
        for connection in 1...3 { client.open(connection) }
        client.send(on: 1)
        client.send(on: 2)
        client.now += .milliseconds(250)
        client.send(on: 3)
        #expect(client.ignoring == [3])
    }

    // MARK: - Several at once

    @Test("Requests that waited when the answer was ready were under way, on open connections or on new ones")
    func waiting() {
        var client = client
        client.open(2)
        client.send(on: 1, waiting: [2, 3])
        client.now += .seconds(1)
        client.send(on: 2)
        client.send(on: 3)
        #expect(client.ignoring == [])
        for _ in 0..<16 { client.send(on: 2) }
        #expect(client.ignoring == Array(4...19))
    }

    @Test("Threads whose requests are answered one by one are no loop, however the system schedules them")
    func threads() {
        for isSeen in [true, false] {
            var client = client
            for connection in 1...15 {
                client.send(on: connection, waiting: isSeen && connection == 7 ? [8] : [])
                if connection > 1 { client.close(connection - 1) }
            }
            #expect(client.ignoring == [])
        }
    }

    @Test("What is seen at last counts for all: two at once excuse one after another")
    func seenLater() {
        var client = client
        for connection in 1...3 {
            client.send(on: connection)
            client.close(connection)
        }
        #expect(client.ignoring == [2, 3])
        client.send(on: 4, waiting: [5])
        client.send(on: 5)
        #expect(client.ignoring == [])
    }

    @Test("A burst over open connections excuses one request on each; a second one is ignoring the answers")
    func burst() {
        var client = client
        for connection in 1...50 { client.open(connection) }
        for connection in 1...50 { client.send(on: connection, waiting: Array((connection + 1)..<51)) }
        #expect(client.ignoring == [])
        for connection in 1...50 { client.send(on: connection, waiting: Array((connection + 1)..<51)) }
        #expect(client.ignoring == Array(51...100))
    }

    @Test("Twenty requests at once over six connections are no loop")
    func queue() {
        var client = client
        for connection in 1...6 { client.open(connection) }
        for index in 0..<20 { client.send(on: 1 + index % 6, waiting: index == 0 ? [2] : []) }
        #expect(client.ignoring == [])
    }

    @Test("Requests that were all sent before an answer was read are no loop, however late and on new connections")
    func unread() {
        var client = client
        for connection in 1...50 {
            client.send(on: connection, unread: Array(max(1, connection - 16)..<connection))
            client.now += .seconds(1)
        }
        #expect(client.ignoring == [])
        for connection in 51...70 {
            client.send(on: connection, unread: [1, 2, 3])
            client.now += .seconds(1)
        }
        #expect(client.ignoring == Array(51...70))
    }

    @Test("A thread that goes on while the answers of others are not read is a loop")
    func unreadOfOthers() {
        var client = client
        for index in 0..<60 {
            // Of the latest three answers one was read by the thread that goes on.
            client.send(on: 1 + index, unread: Array(max(1, index - 1)..<max(1, index + 1)))
            client.now += .milliseconds(1)
        }
        #expect(client.ignoring.count > 10)
    }

    @Test("Three threads that each repeat a request twenty times are found", arguments: [true, false])
    func loopingThreads(keepsAlive: Bool) {
        var client = client
        for index in 0..<60 {
            let connection = keepsAlive ? 1 + index % 3 : 1 + index
            client.send(on: connection, waiting: [connection + 1, connection + 2])
            if !keepsAlive, index > 1 { client.close(connection - 2) }
        }
        #expect(client.ignoring.count > 10)
    }
}
