import HTTPEdge
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Whether a request ignores an earlier answer")
struct EarlierAnswerTests {
    private let start = ContinuousClock.now

    /// A request that came and was answered at times after the start.
    private func exchange(
        at began: Duration, _ answered: Duration, on connection: Int? = nil, opened: Duration = .zero,
        isFollowed: Bool = false
    ) -> Exchange {
        Exchange(
            1, HTTPRequest(method: .post, path: "/mcp", host: nil, peer: ""), HTTPResponse(.unauthorized),
            endpoint: .mcp, time: .zero, began: start + began, duration: answered - began,
            connection: connection.map {
                Exchange.Connection(number: $0, opened: start + opened, isFollowedByOthers: isFollowed)
            })
    }

    private func refusal(isFollowed: Bool = false) -> EarlierAnswer {
        EarlierAnswer(
            ClassifiedExchange(exchange(at: .milliseconds(10), .milliseconds(11), on: 1, isFollowed: isFollowed)))
    }

    /// Which of some requests, in order, ignore a refusal.
    private func ignored(_ refusal: EarlierAnswer, _ exchanges: [Exchange]) -> [Bool] {
        var refusal = refusal
        return exchanges.map { refusal.isIgnored(by: $0) }
    }

    @Test("A request that came before the answer was under way, on whatever connection")
    func before() {
        let early = [
            exchange(at: .milliseconds(10), .milliseconds(12), on: 2),
            exchange(at: .milliseconds(10), .milliseconds(12)),
        ]
        #expect(ignored(refusal(), early) == [false, false])
    }

    @Test("One that came after it on the same connection ignores it, be it as soon as possible or later")
    func sameConnection() {
        let later = [
            exchange(at: .milliseconds(11), .milliseconds(12), on: 1), exchange(at: .seconds(60), .seconds(61), on: 1),
        ]
        #expect(ignored(refusal(), later) == [true, true])
    }

    @Test("One on a connection that was open already was under way, once and for a short time")
    func openConnection() {
        let open = [
            exchange(at: .milliseconds(20), .milliseconds(21), on: 2),
            exchange(at: .milliseconds(22), .milliseconds(23), on: 2),
            exchange(at: .milliseconds(261), .milliseconds(262), on: 3),
            exchange(at: .milliseconds(262), .milliseconds(263), on: 4),
        ]
        #expect(ignored(refusal(), open) == [false, true, false, true])
    }

    @Test("One on a connection that was opened after the answer ignores it")
    func laterConnection() {
        let later = [
            exchange(at: .milliseconds(12), .milliseconds(13), on: 2, opened: .microseconds(11_100)),
            exchange(at: .milliseconds(14), .milliseconds(15)),
        ]
        #expect(ignored(refusal(), later) == [true, true])
    }

    @Test("A connection that may have waited to be accepted at the time of the answer was open")
    func waitingConnection() {
        let waiting = [
            exchange(at: .milliseconds(12), .milliseconds(13), on: 2, opened: .microseconds(11_100), isFollowed: true),
            exchange(at: .milliseconds(14), .milliseconds(15), on: 3, opened: .microseconds(11_200)),
            exchange(at: .milliseconds(16), .milliseconds(17), on: 4, opened: .microseconds(15_100)),
        ]
        #expect(ignored(refusal(isFollowed: true), waiting) == [false, false, true])
    }
}
