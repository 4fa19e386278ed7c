import Primitives
import Testing
import TestSupport

@Suite("The report on one client, flow or time")
struct ReportSelectionTests {
    @Test("Each client is listed with its flows and numbers, and has a report of its own")
    func clients() async throws {
        try await withTwoClients { client, _ in
            let all = try await client.get("/debug/report")
            #expect(all.clients("failed") == ["careful/1.2": 0, "sloppy/3": 1])
            #expect(all.verdicts("FAIL") == ["state-sent"])
            #expect(all["Report-Failures"] == "1")
            let clients = all.json["clients"]?.array?.compactMap(\.object) ?? []
            #expect(clients.allSatisfy { $0["machine"] == "localhost" })
            #expect(clients.compactMap { $0["flows"]?.array?.count }.allSatisfy { $0 > 0 })
            for name in ["careful/1.2", "CAREFUL", "Careful%2F1.2"] {
                let careful = try await client.get("/debug/report?client=\(name)")
                #expect(careful.verdicts("FAIL") == [])
                #expect(careful["Report-Failures"] == "0")
                #expect(Array(careful.clients("failed").keys) == ["careful/1.2"])
            }
            #expect(try await client.get("/debug/report?client=sloppy").verdicts("FAIL") == ["state-sent"])
        }
    }

    @Test("A flow has a report of its own")
    func flows() async throws {
        try await withTwoClients { client, _ in
            let clients = try await client.get("/debug/report").json["clients"]?.array?.compactMap(\.object) ?? []
            for document in clients {
                let failures = document["failed"]?.number?.intValue ?? 0
                var found = 0
                for flow in document["flows"]?.array?.compactMap(\.number?.intValue) ?? [] {
                    let report = try await client.get("/debug/report?flow=\(flow)")
                    found = max(found, report.verdicts("FAIL").count)
                    #expect(report.json["clients"]?.array?.first?.object?["flows"]?.array == [JSONValue(flow)])
                }
                #expect(found == failures)
            }
        }
    }

    @Test("A time or the number of a request leaves out what came before")
    func since() async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock, .noState).live()
            let last = try await client.get("/debug/requests").json["last"]?.number?.intValue ?? 0
            clock.advance(by: .seconds(3600))
            let time = clock.now().iso8601
            try await SmallClient(client, clock, .plainChallenge, letter: "b").live()
            for since in ["\(last)", time] {
                #expect(try await client.get("/debug/report?since=\(since)").verdicts("FAIL") == ["pkce-s256"])
            }
            let all = try await client.get("/debug/report?since=0")
            #expect(all.verdicts("FAIL") == ["pkce-s256", "state-sent"])
            let later = (clock.now() + .seconds(1)).iso8601
            #expect(try await client.get("/debug/report?since=\(later)").json["not_seen"] == 40)
            #expect(try await client.get("/debug/report?since=yesterday").status == 400)
        }
    }

    @Test("An unknown client or flow is an error that lists those that were seen")
    func unknown() async throws {
        try await withTwoClients { client, _ in
            let answer = try await client.get("/debug/report?client=nobody")
            #expect(answer.status == 404)
            #expect(answer.json["error"] == "unknown_client")
            let text = answer.json["error_description"]?.string ?? ""
            #expect(text.contains("sloppy/3") && text.contains("careful/1.2"))
            #expect(answer["Report-Failures"] == nil)
            let flow = try await client.get("/debug/report?flow=999&format=text")
            #expect(flow.status == 404)
            #expect(flow.json["error_description"]?.string?.hasPrefix("No such flow was seen. There are: 1, ") ?? false)
            #expect(try await client.get("/debug/report?flow=one").status == 400)
        }
        try await withTestServer { client, _ in
            let answer = try await client.get("/debug/report?client=nobody")
            #expect(answer.json["error_description"] == "No client was seen yet.")
        }
    }

    @Test("With several clients text and JUnit have a part for each, by name")
    func forms() async throws {
        try await withTwoClients { client, _ in
            let text = try await client.get("/debug/report?format=text").body
            #expect(text.contains("Client sloppy/3 (localhost)\n"))
            #expect(text.contains("Client careful/1.2 (localhost)\n"))
            #expect(text.ranges(of: "FAIL      ").count == 1)
            let junit = try await client.get("/debug/report?format=junit").body
            #expect(
                junit.contains(
                    #"<testsuite name="static-auth-server report: sloppy/3 (localhost)" tests="40" failures="1""#))
            #expect(junit.contains(#"report: careful/1.2 (localhost)" tests="40" failures="0""#))
            #expect(junit.hasSuffix("</testsuites>\n"))
            let one = try await client.get("/debug/report?format=text&client=careful").body
            #expect(!one.contains("Client careful"))
        }
    }

    @Test("A client without a name is named by its flow")
    func nameless() async throws {
        try await withTestServer { client, _ in
            _ = try await Flow(client).token(["grant_type": "client_credentials"])
            #expect(Array(try await client.get("/debug/report").clients("passed").keys) == ["flow 1"])
            #expect(try await client.get("/debug/report?client=flow%201").verdicts("PASS").contains("auth-right"))
        }
    }

    @Test("The verdict on a client outlives its flows")
    func dropped() async throws {
        try await withTestServer { client, _ in
            var sloppy = client
            sloppy.agent = "sloppy/3"
            _ = try await sloppy.send("POST", "/register")
            for number in 0..<550 {
                var other = client
                other.agent = "other/\(number)"
                _ = try await other.callEcho("who am I", token: nil)
            }
            #expect(!(try await client.flowNumbers().contains(1)))
            #expect(try await client.get("/debug/report?client=sloppy").verdicts("FAIL") == ["no-registration"])
            #expect(try await client.get("/debug/report").verdicts("FAIL") == ["no-registration"])
            _ = try await client.debug("/reset")
            #expect(try await client.get("/debug/report?client=sloppy").status == 404)
        }
    }

    private func withTwoClients(_ body: (TestClient, FixedClock) async throws -> Void) async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock, .noState, agent: "sloppy/3").live()
            try await SmallClient(client, clock, agent: "careful/1.2", letter: "b").live()
            try await body(client, clock)
        }
    }
}
