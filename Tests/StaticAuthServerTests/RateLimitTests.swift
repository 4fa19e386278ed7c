import Testing
import TestSupport

@testable import StaticAuthServer

@Suite("The limit of tool calls")
struct RateLimitTests {
    private let clock = FixedClock()

    @Test("A minute's calls may be spent at once, and are regained evenly")
    func bucket() {
        let limit = RateLimit(perMinute: 6, now: clock.now)
        for _ in 0..<6 { #expect(limit.admit("ann") == nil) }
        #expect(limit.admit("ann") == .seconds(10))
        #expect(limit.admit("bob") == nil)
        clock.advance(by: .seconds(9))
        #expect(limit.admit("ann") != nil)
        clock.advance(by: .seconds(1))
        #expect(limit.admit("ann") == nil)
        #expect(limit.admit("ann") != nil)
        clock.advance(by: .seconds(3600))
        for _ in 0..<6 { #expect(limit.admit("ann") == nil) }
        #expect(limit.admit("ann") != nil)
    }

    @Test("Other subjects do not refill a bucket, and a new subject waits until some bucket is full")
    func capacity() {
        let limit = RateLimit(perMinute: 1, now: clock.now)
        for subject in 0..<RateLimit.cap { #expect(limit.admit("\(subject)") == nil) }
        for stranger in 0..<20_000 { #expect(limit.admit("stranger \(stranger)") == .seconds(60)) }
        #expect(limit.admit("0") != nil)
        clock.advance(by: .seconds(60))
        #expect(limit.admit("stranger") == nil)
        #expect(limit.admit("stranger") != nil)
        #expect((0..<RateLimit.cap).count { limit.admit("\($0)") == nil } > RateLimit.cap - 10)
    }
}
