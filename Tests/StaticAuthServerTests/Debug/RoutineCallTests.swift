import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import FlowRecorder
@testable import StaticAuthServer

@Suite("Routine calls and the journal")
struct RoutineCallTests {
    private let start = ContinuousClock.now

    @Test("A burst as long as the journal is recorded, then one call in each interval")
    func allowance() {
        let calls = CallSampler()
        for _ in 0..<CallSampler.burst { #expect(calls.records(.zero, until: start, time: .zero)) }
        #expect(!calls.records(.zero, until: start, time: .zero))
        #expect(calls.records(.zero, until: start + CallSampler.interval, time: .zero))
        #expect(!calls.records(.zero, until: start + CallSampler.interval, time: .zero))
        let rested = start + CallSampler.interval * (CallSampler.burst + 2)
        for _ in 0..<CallSampler.burst { #expect(calls.records(.zero, until: rested, time: .zero)) }
        #expect(!calls.records(.zero, until: rested, time: .zero))
        #expect(calls.count == 3)
    }

    @Test("Calls that are not recorded are counted with their duration, and clearing the journal resets its count")
    func counts() {
        let calls = CallSampler()
        for _ in 0..<CallSampler.burst { _ = calls.records(.zero, until: start, time: .zero) }
        _ = calls.records(.microseconds(90), until: start, time: .zero)
        _ = calls.records(.milliseconds(3), until: start, time: .zero)
        #expect(calls.unrecorded.count == 2)
        #expect(calls.unrecorded.sum == .microseconds(3090))
        #expect(calls.latest == .zero)
        #expect(calls.unrecorded.buckets.prefix(6) == [1, 0, 0, 0, 0, 1])
        calls.clear()
        #expect(calls.count == 0)
        #expect(calls.unrecorded.count == 2)
        #expect(calls.records(.zero, until: start, time: .zero), "an empty journal has room for a burst")
    }

    @Test("However many routine calls there are, metrics count all, and the journal has all others")
    func flood() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            let calls = CallSampler.burst + 300
            let connection = try await RawConnection(port: client.port)
            for number in 0..<calls {
                await connection.send(client.echo(token))
                if number % 100 == 0 { await connection.send(client.echo("wrong")) }
            }
            await connection.send(client.echo("wrong", closing: true))
            _ = await connection.readToEnd()
            let figures = try await client.get("/metrics").body
            #expect(figures.contains("requests_total{endpoint=\"mcp\",status=\"200\"} \(calls)\n"))
            #expect(figures.contains("request_duration_seconds_count{endpoint=\"mcp\"} \(calls + calls / 100 + 1)\n"))
            let refused = try await client.requests("?status=401")
            #expect(refused.count >= 10, "each of the last refusals is there, however many calls came between")
            let counted = try await client.get("/debug/requests/count").json
            let unrecorded = try #require(counted["unrecorded"]?.number?.intValue)
            #expect(unrecorded <= calls - CallSampler.burst)
        }
    }

    @Test("A client whose call may only have been counted is not reported as silent")
    func silence() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            let busy = try await client.clientCredentialsToken()
            _ = try await Flow(client).logIn().redeem()
            clock.advance(by: .seconds(31))
            let silent = "The client received a token 31 s ago and never called /mcp with it."
            #expect(try await client.flow(2)["silence"]?.object?["text"]?.string == silent)
            for _ in 0..<20 {
                let connection = try await RawConnection(port: client.port)
                for _ in 0..<CallSampler.burst { await connection.send(client.echo(busy)) }
                await connection.send(client.echo(busy, closing: true))
                _ = await connection.readToEnd()
                if try await client.get("/debug/requests/count").json["unrecorded"] != 0 { break }
            }
            #expect(try await client.get("/debug/requests/count").json["unrecorded"] != 0)
            #expect(try await client.flow(2)["silence"] == .null)
        }
    }

    @Test("Only the successful answer to a single message is routine")
    func routine() async throws {
        var answer = Answer(response: HTTPResponse(.ok))
        #expect(!answer.isRoutine)
        answer.isOfMessage = true
        #expect(answer.isRoutine)
        answer.scenario = "any"
        #expect(!answer.isRoutine)
        answer.scenario = nil
        answer.fault = "fault 1"
        #expect(!answer.isRoutine)
    }
}

extension TestClient {
    /// A call in the bytes of HTTP.
    fileprivate func echo(_ token: String, closing: Bool = false) -> String {
        let (fields, body) = Self.modernRequest(
            "tools/call", ["name": "echo", "arguments": ["message": "x"]], token: token)
        return head("POST", "/mcp", fields + (closing ? [("Connection", "close")] : []), body)
    }
}
