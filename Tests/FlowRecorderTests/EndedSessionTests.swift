import HTTPEdge
import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Requests in a session that its client ended")
struct EndedSessionTests {
    private let one = RecordedClient(agent: "one", browser: "browser", name: "One")

    private func end(status: Int = 204) {
        one.exchange(
            .mcp, "/mcp", method: .delete, fields: [("Authorization", "Bearer access-x"), ("Mcp-Session-Id", "s")],
            status: status)
    }

    private func run() {
        one.logInAndCall("x")
        one.call(method: "initialize", token: "access-x", opens: "s")
    }

    @Test("A call is the client's mistake, and a new session corrects it")
    func call() {
        run()
        end()
        one.call(token: "access-x", session: "s", status: 404)
        #expect(one.judged()?.firstProblem?.step.outcome.text.contains("the client itself ended this session") ?? false)
        one.call(method: "initialize", token: "access-x", opens: "t")
        #expect(one.recovered() == ["session-lost: session"])
    }

    @Test("A session that the server dropped, a stream that is opened again and a second DELETE are no mistakes")
    func others() {
        run()
        one.call(token: "access-x", session: "s", status: 404)
        #expect(one.judged()?.firstProblem == nil)
        end(status: 404)
        one.call(method: "initialize", token: "access-x", opens: "s2")
        run()
        end()
        end(status: 404)
        one.exchange(
            .mcp, "/mcp", method: .get, fields: [("Authorization", "Bearer access-x"), ("Mcp-Session-Id", "s")],
            status: 404)
        #expect(one.judged()?.firstProblem == nil)
    }

    @Test("After a second DELETE nothing is left to do")
    func endedTwice() {
        run()
        end()
        end(status: 404)
        #expect(one.judged()?.firstProblem == nil)
        #expect(one.judged()?.recovered.isEmpty ?? false)
        #expect(one.judged()?.wait == nil)
    }
}
