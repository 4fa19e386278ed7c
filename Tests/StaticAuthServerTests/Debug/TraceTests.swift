import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Trace context")
struct TraceTests {
    private static let first = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let second = "0af7651916cd43dd8448eb211c80319c"

    private static func parent(_ trace: String, flags: String = "01") -> String {
        "00-\(trace)-00f067aa0ba902b7-\(flags)"
    }

    /// Calls `echo` with some header fields, and with members of `_meta`.
    private func call(
        _ client: TestClient, _ fields: [(String, String)] = [], meta: JSONObject = [:], token: String?
    ) async throws {
        let request = TestClient.modernRequest(
            "tools/call", ["name": "echo", "arguments": ["message": "hello"]], token: token)
        var message = try #require(JSONParser.parse(Array(request.body.utf8)).object)
        var params = try #require(message["params"]?.object)
        var all = try #require(params["_meta"]?.object)
        for member in meta.members { all[member.name] = member.value }
        params["_meta"] = .object(all)
        message["params"] = .object(params)
        let answer = try await client.send(
            "POST", "/mcp", request.fields + fields,
            body: String(decoding: JSONWriter.bytes(of: .object(message)), as: UTF8.self))
        #expect(answer.status == (token == nil ? 401 : 200))
    }

    @Test("The context of a header and of a message are kept, and the message decides about the trace")
    func both() async throws {
        let log = LogLines()
        try await withTestServer(logger: log.logger) { client, _ in
            let token = try await client.clientCredentialsToken()
            try await call(
                client,
                [("traceparent", Self.parent(Self.first, flags: "00")), ("tracestate", "a=1"), ("Tracestate", "b=2")],
                meta: ["traceparent": .string(Self.parent(Self.second)), "tracestate": "c=3", "baggage": "k=v"],
                token: token)
            let entry = try #require(try await client.requests("?endpoint=mcp").first)
            let header: JSONObject = [
                "traceparent": .string(Self.parent(Self.first, flags: "00")), "trace_id": .string(Self.first),
                "parent_id": "00f067aa0ba902b7", "sampled": false, "tracestate": "a=1,b=2",
            ]
            let meta: JSONObject = [
                "traceparent": .string(Self.parent(Self.second)), "trace_id": .string(Self.second),
                "parent_id": "00f067aa0ba902b7", "sampled": true, "tracestate": "c=3", "baggage": "k=v",
            ]
            let expected: JSONObject = [
                "trace_id": .string(Self.second), "header": .object(header), "_meta": .object(meta),
            ]
            #expect(entry["trace"]?.object == expected)
            #expect(entry["request"]?.object?["headers"]?.value("traceparent") == Self.parent(Self.first, flags: "00"))
            let line = log.all.last { $0.contains("tool=echo") } ?? ""
            #expect(line.hasSuffix(" trace_id=\(Self.second)"), "\(line)")
            for trace in [Self.first, Self.second] {
                #expect(try await client.requests("?trace=\(trace)").count == 1)
            }
            #expect(try await client.requests("?trace=\(String(Self.first.reversed()))").isEmpty)
            #expect(try await client.get("/debug/requests/count?trace=\(Self.first)").json["count"] == 1)
            #expect(try await client.get("/debug/requests/await?trace=\(Self.second)&timeout=1").status == 200)
            let page = try await client.get("/debug/requests/2", [("Accept", "text/html")]).body
            #expect(page.contains("traceparent in header") && page.contains(Self.parent(Self.second)))
            let archive = try await client.get("/debug/requests?format=har").body
            #expect(archive.contains(#"{"name":"traceparent","value":"\#(Self.parent(Self.first, flags: "00"))"}"#))
            #expect(archive.contains(#""_trace":{"trace_id":"\#(Self.second)""#))
        }
    }

    @Test("A step of a flow has the trace of its request, and none when its requests differ")
    func steps() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            try await call(client, [("traceparent", Self.parent(Self.first))], token: token)
            let stream = try await EventReader(client, "GET", "/debug/events", [])
            var events: [String] = []
            while let message = await stream.nextMessage(), !events.joined().contains("event: flow\n") {
                events.append(message.lines.joined(separator: "\n") + "\n")
            }
            stream.connection.endBoth()
            #expect(events.joined().contains(#""trace_id":"\#(Self.first)""#))
            let steps = try await client.get("/debug/flows/1").json["steps"]?.array ?? []
            #expect(steps.compactMap { $0.object?["trace_id"]?.string } == [Self.first])
            try await call(client, [("traceparent", Self.parent(Self.first))], token: token)
            let same = try await client.get("/debug/flows/1").json["steps"]?.array?.last?.object
            #expect(same?["count"] == 2 && same?["trace_id"]?.string == Self.first)
            try await call(client, [("traceparent", Self.parent(Self.second))], token: token)
            let merged = try await client.get("/debug/flows/1").json["steps"]?.array?.last?.object
            #expect(merged?["count"] == 3 && merged?["trace_id"] == nil)
        }
    }

    @Test("Any request has its trace, also one to the authorization server")
    func tokenRequest() async throws {
        let log = LogLines(.json)
        try await withTestServer(logger: log.logger) { client, _ in
            _ = try await client.get("/", [("Traceparent", Self.parent(Self.first))])
            #expect(log.all.last?.hasSuffix(#","trace_id":"\#(Self.first)"}"#) == true, "\(log.all.last ?? "")")
            _ = try await client.post(
                "/token", form: [("grant_type", "refresh_token")], [("traceparent", Self.parent(Self.second))])
            #expect(log.all.contains { $0.contains(#""trace_id":"\#(Self.second)""#) })
            #expect(try await client.requests("?trace=\(Self.second)").first?["path"] == "/token")
            try await call(client, meta: ["traceparent": .string(Self.parent(Self.first))], token: nil)
            #expect(try await client.requests("?trace=\(Self.first)").count == 2)
        }
    }

    @Test("An invalid traceparent is ignored, hidden and explained; the other place then counts")
    func invalid() async throws {
        let log = LogLines()
        try await withTestServer(logger: log.logger) { client, _ in
            let token = try await client.clientCredentialsToken()
            let wrong = Self.parent(Self.first.uppercased())
            try await call(
                client, [("traceparent", Self.parent(Self.second))],
                meta: ["traceparent": .string(wrong), "tracestate": "dropped=1"], token: token)
            let trace = try #require(try await client.requests("?endpoint=mcp").last?["trace"]?.object)
            #expect(trace["trace_id"]?.string == Self.second)
            #expect(trace["_meta"]?.object == [:])
            #expect(
                trace["notes"] == [
                    "traceparent in _meta is ignored: its digits are not all hexadecimal in lower case."
                ])
            #expect(log.all.last { $0.contains("tool=echo") }?.hasSuffix("trace_id=\(Self.second)") == true)
            try await call(client, meta: ["traceparent": 7], token: token)
            try await call(client, [("traceparent", wrong)], token: token)
            try await call(
                client, [("traceparent", Self.parent(Self.first)), ("traceparent", Self.parent(Self.second))],
                token: token)
            #expect(!log.all.suffix(3).contains { $0.contains("trace_id") })
            let notes = try await client.requests("?endpoint=mcp&limit=3").map {
                $0["trace"]?.object?["notes"]?.array?.first?.string ?? ""
            }
            #expect(notes[0].contains("it is the number 7, not text"))
            #expect(notes[1].contains("in the header"))
            #expect(notes[2].contains("there are 2 of them"))
            let shown = try await client.get("/debug/requests").body
            #expect(!shown.contains(Self.first.uppercased()))
            #expect(try await client.get("/debug/requests?trace=\(wrong)").status == 400)
        }
    }

    @Test("A secret in the place of trace context is not shown")
    func secrets() async throws {
        let log = LogLines()
        try await withTestServer({ $0.clientSecret = Secret("00f067aa0ba902b7") }, logger: log.logger) { client, _ in
            var flow = Flow(client)
            flow.credentials.1 = "00f067aa0ba902b7"
            let tokens = try await flow.logIn().redeem()
            let session = try await client.openSession(token: tokens.accessToken)
            let secrets = [session, tokens.accessToken, "00f067aa0ba902b7"]
            let values = ["00-\(session)-00f067aa0ba902b8-01", tokens.accessToken, Self.parent(Self.first)]
            for value in values {
                _ = try await client.legacy(
                    "tools/list",
                    [
                        "_meta": [
                            "traceparent": .string(value), "tracestate": .string(value), "baggage": .string(value),
                        ]
                    ],
                    session: session, token: tokens.accessToken,
                    [("traceparent", value), ("tracestate", value), ("baggage", value)])
            }
            var texts = [log.all.joined(separator: "\n")]
            for path in ["requests", "requests?format=har", "flows/1", "flows/1?format=curl"] {
                texts.append(try await client.get("/debug/\(path)").body)
            }
            for secret in secrets { for text in texts { #expect(!text.contains(secret), "\(text.prefix(2000))") } }
        }
    }

    @Test("A batch has the trace of the first message that has one")
    func batch() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            let session = try await client.openSession("2025-03-26", token: token)
            let messages = [nil, Self.first, Self.second].map { trace -> JSONValue in
                var message: JSONObject = ["jsonrpc": "2.0", "id": 1, "method": "ping"]
                if let trace { message["params"] = ["_meta": ["traceparent": .string(Self.parent(trace))]] }
                return .object(message)
            }
            _ = try await client.send(
                "POST", "/mcp", TestClient.fields(token: token) + [("Mcp-Session-Id", session)],
                body: String(decoding: JSONWriter.bytes(of: .array(messages)), as: UTF8.self))
            #expect(try await client.requests("?trace=\(Self.first)").count == 1)
        }
    }
}
