import HTTPEdge
import Primitives
import Testing

@testable import FlowRecorder

/// A problem, a later step, and the correction that it is, if any.
struct ProblemCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Nil where the later step corrects nothing.
    let correction: String?
    let steps: @Sendable (RecordedClient) -> Void

    init(_ name: String, _ correction: String?, _ steps: @escaping @Sendable (RecordedClient) -> Void) {
        (testDescription, self.correction, self.steps) = (name, correction, steps)
    }
}

@Suite("Problems of a flow, and what corrects them")
struct ProblemTests {
    /// Gets a token, and uses it.
    private static func begin(_ client: RecordedClient) {
        client.authorize()
        client.logIn()
        client.redeem()
        client.call()
    }

    private static let cases: [ProblemCase] = [
        ProblemCase("a refused token, then a refresh", "refused-token: refresh") {
            begin($0)
            $0.call(status: 401)
            $0.refresh()
        },
        ProblemCase("a refused token, then another", "refused-token: token") {
            begin($0)
            $0.call(status: 401)
            $0.redeem(grant: "client_credentials")
        },
        ProblemCase("a refused token, then the same call", "refused-token: same-request") {
            begin($0)
            $0.call(status: 401, fault: "fault 1: 401-once")
            $0.call()
        },
        ProblemCase("a refused token, then another tool", nil) {
            begin($0)
            $0.call(status: 401, fault: "fault 1: 401-once")
            $0.call("get_time")
        },
        ProblemCase("a refused token, then a new authorization", "refused-token: later-token") {
            begin($0)
            $0.call(status: 401)
            $0.call(token: nil, status: 401)
            $0.authorize("two")
            $0.logIn("two")
            $0.redeem("two")
        },
        ProblemCase("a refused token, then a new authorization that comes to nothing", nil) {
            begin($0)
            $0.call(status: 401)
            $0.call(token: nil, status: 401)
            $0.authorize("two")
            $0.logIn("two")
        },
        ProblemCase("a refused refresh, then the same refresh", "refresh: same-request") {
            begin($0)
            $0.refresh(status: 503, error: "temporarily_unavailable", fault: "fault 1: status 503")
            $0.refresh()
        },
        ProblemCase("a refused refresh, then a new authorization", "refresh: later-token") {
            begin($0)
            $0.refresh(status: 400)
            $0.call(token: nil, status: 401)
            $0.authorize("two")
            $0.redeem("two")
        },
        ProblemCase("a refused refresh, then calls", nil) {
            begin($0)
            $0.refresh(status: 400)
            $0.call()
        },
        ProblemCase("a refused code, then the same code", "token: same-request") {
            $0.logIn()
            $0.redeem(status: 401, error: "invalid_client")
            $0.redeem()
        },
        ProblemCase("a refused code, then another grant", nil) {
            $0.logIn()
            $0.redeem(status: 401, error: "invalid_client")
            $0.exchange(
                .token, "/token", body: "grant_type=client_credentials", status: 200,
                document: #"{"access_token": "a"}"#)
        },
        ProblemCase("a refused code, then a new authorization", "token: later-token") {
            $0.logIn()
            $0.redeem(status: 400)
            $0.call(token: nil, status: 401)
            $0.authorize("two")
            $0.redeem("two")
        },
        ProblemCase("a misspelled grant, then the right one", "token: same-request") {
            begin($0)
            $0.refresh(grant: "refresh", status: 400, error: "unsupported_grant_type")
            $0.refresh()
        },
        ProblemCase("a lacking scope, then a refresh with it", "insufficient-scope: scope") {
            begin($0)
            $0.lackScope("user more")
            $0.refresh(scope: "more user other")
        },
        ProblemCase("a lacking scope, then a refresh without it", nil) {
            begin($0)
            $0.lackScope("user more")
            $0.refresh(scope: "user")
        },
        ProblemCase("a lacking scope, then an authorization for it", "insufficient-scope: later-scope") {
            begin($0)
            $0.lackScope("more")
            $0.authorize("two")
            $0.logIn("two")
            $0.redeem("two", scope: "user more")
        },
        ProblemCase("a lacking scope, then an authorization for another", nil) {
            begin($0)
            $0.lackScope("more")
            $0.call(token: nil, status: 401)
            $0.authorize("two")
            $0.redeem("two", scope: "user")
        },
        ProblemCase("a session that is gone, then a new one", "session-lost: session") {
            begin($0)
            $0.call(session: "s", status: 404)
            $0.call(method: "initialize", opens: "t")
        },
        ProblemCase("a session that is gone, then another call without it", nil) {
            begin($0)
            $0.call(session: "s", status: 404)
            $0.call("get_time")
        },
        ProblemCase("a wrong password, then a login", "wrong-password: login") {
            $0.authorize()
            $0.logIn(status: 403)
            $0.logIn()
        },
        ProblemCase("a wrong password, then the page again", nil) {
            $0.authorize()
            $0.logIn(status: 403)
            $0.authorize()
        },
        ProblemCase("a refused authorization, then a right one", "authorization: authorization") {
            $0.authorize(status: 400)
            $0.authorize()
        },
        ProblemCase("metadata that fail, then the same metadata", "discovery: same-request") {
            $0.discover(.metadata, status: 500)
            $0.discover(.metadata, "/.well-known/another")
        },
        ProblemCase("metadata that fail, then the other metadata", nil) {
            $0.discover(.metadata, status: 500)
            $0.discover(.resourceMetadata)
        },
        ProblemCase("metadata that fail, then an authorization", "discovery: authorization") {
            $0.discover(.metadata, status: 500)
            $0.authorize()
        },
        ProblemCase("metadata without a document, then the same metadata", "discovery: same-request") {
            $0.exchange(.metadata, "/m", method: .get, status: 200, document: "<html>", fault: "fault 1: html-200")
            $0.discover(.metadata)
        },
        ProblemCase("a registration, then an authorization", "registration: authorization") {
            $0.exchange(.register, "/register", status: 403)
            $0.authorize()
        },
        ProblemCase("an unknown revision, then another message", "unknown-revision: message") {
            begin($0)
            $0.call(method: "server/discover", status: 400, error: -32022)
            $0.call(method: "tools/list")
        },
        ProblemCase("a bad message, then the same tool", "request: same-request") {
            begin($0)
            $0.call(status: 415)
            $0.call("get_time")
            $0.call()
        },
        ProblemCase("a bad message, then another tool", nil) {
            begin($0)
            $0.call(status: 406)
            $0.call("get_time")
        },
        ProblemCase("a failure on purpose, then another tool", "request: went-on") {
            begin($0)
            $0.call(status: 503, fault: "fault 1: status 503")
            $0.call("get_time")
        },
        ProblemCase("a refresh that was refused on purpose, then calls", "refresh: went-on") {
            begin($0)
            $0.refresh(status: 400, fault: "fault 1: status 400")
            $0.call()
        },
        ProblemCase("a damaged token response, then a call with its token", "token: used-answer") {
            $0.logIn()
            $0.exchange(
                .token, "/token", body: "grant_type=authorization_code&code=code-one", status: 200,
                answer: [("Content-Type", "text/plain")], document: #"{"access_token": "access-one"}"#,
                fault: "fault 1: wrong-content-type")
            $0.call()
        },
        ProblemCase("a damaged token response, then a call with another token", nil) {
            begin($0)
            $0.exchange(
                .token, "/token", body: "grant_type=authorization_code&code=code-one", status: 200,
                answer: [("Content-Type", "text/plain")], document: #"{"access_token": "another"}"#,
                fault: "fault 1: wrong-content-type")
            $0.call()
        },
        ProblemCase("a session in a damaged answer, then a call in it", "request: used-answer") {
            begin($0)
            $0.exchange(
                .mcp, "/mcp", fields: [("Authorization", "Bearer access-one")],
                body: #"{"jsonrpc": "2.0", "id": 1, "method": "initialize"}"#, status: 200,
                answer: [("Content-Type", "text/plain"), ("Mcp-Session-Id", "s")], document: "{}",
                fault: "fault 1: wrong-content-type")
            $0.call(session: "s")
        },
        ProblemCase("a token that was refused on purpose, then a session", "refused-token: session") {
            begin($0)
            $0.call(method: "server/discover", status: 401, fault: "fault 1: 401-once")
            $0.call(method: "initialize", opens: "s")
        },
        ProblemCase("a code that was refused on purpose, then a new authorization", "token: later-authorization") {
            $0.logIn()
            $0.redeem(status: 400, fault: "fault 1: status 400")
            $0.call(token: nil, status: 401)
            $0.authorize("two")
        },
        ProblemCase("a lacking scope, then a person who denies it", "insufficient-scope: later-denial") {
            begin($0)
            $0.lackScope("more")
            $0.discover(.metadata)
            $0.authorize("two")
            $0.deny("two")
        },
        ProblemCase(
            "a lacking scope, then other calls, then an authorization for it", "insufficient-scope: later-scope"
        ) {
            begin($0)
            $0.lackScope("more")
            $0.call("get_time")
            $0.authorize("two")
            $0.logIn("two")
            $0.redeem("two", scope: "user more")
        },
        ProblemCase("a message without a method, then a call", nil) {
            begin($0)
            let fields = [("Authorization", "Bearer access-one")]
            $0.exchange(.mcp, "/mcp", fields: fields, body: "{", status: 400)
            $0.call()
            $0.exchange(.mcp, "/mcp", fields: fields, body: #"{"result": {}}"#, status: 202)
        },
    ]

    @Test("A problem is corrected by a later step that has to do with it, and by no other", arguments: cases)
    func corrections(_ each: ProblemCase) throws {
        let client = RecordedClient()
        each.steps(client)
        #expect(client.recovered() == (each.correction.map { [$0] } ?? []))
        let judged = try #require(client.judged())
        let problems = judged.flow.problems.all
        #expect(problems.count == 1)
        let isUncorrected = each.correction == nil && problems.contains(where: \.isOpen)
        #expect((judged.firstProblem != nil) == isUncorrected)
        if let correction = judged.recovered.first?.correction {
            #expect(judged.flow.steps.contains { judged.correction(of: $0) == correction })
            #expect(correction.entry > problems[0].last.entry)
        }
    }

    @Test("Each kind of problem has a test for each of its remedies that is its own")
    func coverage() {
        let tested = Set(Self.cases.compactMap(\.correction))
        let missing = ProblemKind.allCases.filter { kind in !tested.contains { $0.hasPrefix("\(kind.rawValue): ") } }
        #expect(missing.isEmpty)
    }

    @Test("The first problem is the first that is not corrected; a flow whose problems are all corrected is recovered")
    func firstProblem() {
        let client = RecordedClient()
        Self.begin(client)
        client.call(status: 415)
        client.call("get_time", status: 400)
        client.call("get_time", status: 400)
        #expect(client.judged()?.firstProblem?.step.first.entry == 5)
        #expect(client.judged()?.flow.problems.all.map(\.count) == [1, 2])
        client.call()
        #expect(client.judged()?.firstProblem?.step.first.entry == 6)
        client.call("get_time")
        #expect(client.judged()?.firstProblem == nil)
        #expect(client.recovered() == ["request: same-request", "request: same-request"])
    }

    @Test("A call among many that are only counted corrects an earlier problem")
    func amongMany() {
        let client = RecordedClient()
        Self.begin(client)
        for _ in 0..<80 { client.call("get_time") }
        client.call(status: 500)
        for _ in 0..<10 { client.call("get_time") }
        #expect(client.recovered().isEmpty)
        client.call()
        #expect(client.recovered() == ["request: same-request"])
        #expect(client.judged()?.flow.steps.count ?? 0 < 70)
    }

    @Test("A call whose event stream reports an error later corrects nothing")
    func lateError() {
        let client = RecordedClient()
        Self.begin(client)
        client.call(status: 500)
        client.call()
        #expect(client.recovered() == ["request: same-request"])
        client.recorder.record(StreamError(entry: 6, time: .zero, explanation: nil, isOfTool: false))
        #expect(client.recovered().isEmpty)
        #expect(client.judged()?.firstProblem?.step.first.entry == 5)
    }

    @Test("A problem that turns out to be a flow's only later is corrected by what followed it there")
    func movedProblem() throws {
        let client = RecordedClient()
        client.discover(.metadata, status: 500)
        client.authorize()
        let steps = try #require(client.judged()?.flow.steps)
        var flow = Flow(number: 7, machine: "localhost", follows: nil)
        flow.append(steps[1])
        flow.put([steps[0]])
        #expect(flow.problems.all.map(\.correction?.remedy) == [.authorization])
        _ = flow.take([2])
        #expect(flow.problems.all.map(\.correction) == [nil])
    }

    @Test("Many problems take a fixed room, and the flow stays broken while one of them may be uncorrected")
    func many() throws {
        let client = RecordedClient()
        Self.begin(client)
        for number in 0..<100 { client.call("tool \(number)", status: 400) }
        for number in 0..<100 { client.call("tool \(number)") }
        #expect(client.judged()?.flow.problems.all.count == FlowProblems.maximum)
        let judged = try #require(client.judged())
        #expect(judged.firstProblem == nil)
        let unjudged = JudgedFlow(judged.flow, following: [], brokenRules: [], activity: Activity())
        #expect(unjudged.status(at: .seconds(1_900_000_000)) == .broken)

        let good = RecordedClient()
        Self.begin(good)
        for number in 0..<100 {
            good.call("tool \(number)", status: 500)
            good.call("tool \(number)")
        }
        #expect(good.recovered().count == FlowProblems.maximum)
        #expect(good.judged()?.flow.problems.omittedRecoveries == 100 - FlowProblems.maximum)
        #expect(good.judged()?.firstProblem == nil)
    }

    @Test("A request without an answer is a problem, and nothing is expected after it")
    func noAnswer() {
        let silence: (RecordedClient, EndpointName, String, HTTPMethod) -> Void = { client, endpoint, path, method in
            client.exchange(endpoint, path, method: method, status: 0, fault: "fault 1: the connection ended")
        }
        for (endpoint, path, method) in [
            (EndpointName.metadata, "/m", .get), (.authorize, "/authorize", .get), (.login, "/login", .post),
            (.token, "/token", .post), (.mcp, "/mcp", .post), (.mcp, "/mcp", HTTPMethod.get),
        ] {
            let client = RecordedClient()
            silence(client, endpoint, path, method)
            let judged = client.judged()
            #expect(judged?.firstProblem?.step.outcome == "no answer", "\(path)")
            #expect(judged?.flow.wait == nil, "\(path)")
        }
    }

    @Test("An answer that a fault damaged is a problem, whatever its status; one that was only late is none")
    func damage() {
        let type = [("Content-Type", "application/json")]
        let answers: [(String, [(String, String)], Bool)] = [
            ("{}", type, false), ("<html>", type, true), ("", type, true), ("[]", type, true),
            ("{}", [("Content-Type", "text/plain")], true),
        ]
        for (document, fields, isProblem) in answers {
            let client = RecordedClient()
            client.exchange(
                .metadata, "/m", method: .get, status: 200, answer: fields, document: document,
                fault: "fault 1: something")
            #expect((client.judged()?.firstProblem != nil) == isProblem, "\(document) \(fields)")
            let bare = RecordedClient()
            bare.exchange(.metadata, "/m", method: .get, status: 200, answer: fields, document: document)
            #expect(bare.judged()?.firstProblem == nil)
        }
    }
}
