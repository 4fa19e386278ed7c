#if DEBUG
import Logging
import Primitives

@testable import FlowRecorder
@testable import HTTPEdge
@testable import MCPCore
@testable import OAuth
@testable import StaticAuthServer

extension Workload {
    private static let secrets = SecretScanner([Secret("a secret of the settings, aaaaaa")], clientID: "client")
    private static let silent = Logger(label: "") { _ in SwiftLogNoOpLogHandler() }
    private static let now: Instant = .seconds(1_800_000_000)

    /// The work of debugging: recording, redacting, explaining and rendering.
    static let debugging = [
        Workload("redaction") { text in
            _ = secrets.scanned(text)
            _ = secrets.excerpt(text)
            for name in ["state", "scope", "redirect_uri"] { _ = Redacted(parameter: name, Secret(text), secrets) }
            _ = Redacted(parameter: "redirect_uri", Secret("http://a/\(text)?\(text)#\(text)"), secrets)
            _ = Redacted(field: "user-agent", text, secrets)
        },
        Workload("recording, a path") { observe(path: "/\($0)") },
        Workload("recording, a query", Shape.all, [Shape.parameters]) { observe(query: $0) },
        Workload("recording, a query with an authorization request") {
            observe(path: "/authorize", query: "response_type=code&state=\($0)&code_challenge=\($0)&scope=\($0)")
        },
        Workload("recording, header fields") { text in
            let names = [
                "User-Agent", "Referer", "X", "Cookie", "Authorization", "Mcp-Session-Id", "Mcp-Param-A", "Traceparent",
                "Tracestate", "Baggage",
            ]
            observe(fields: names.map { ($0, String(text.prefix(16 << 10))) })
        },
        Workload("recording, a form", Shape.all, [Shape.parameters]) {
            observe(.post, path: "/token", fields: [("Content-Type", "application/x-www-form-urlencoded")], body: $0)
        }.first,
        Workload("recording, JSON", Shape.documents, [Shape.members]) {
            observe(.post, path: "/register", fields: [("Content-Type", "application/json")], body: $0, answer: $0)
        }.first,
        Workload("recording, a message", Shape.documents + Shape.all, [Shape.members]) {
            observe(.post, path: "/mcp", fields: [("Content-Type", "application/json")], body: $0, answer: $0)
        }.first,
        Workload("many entries", [Shape("letters", "a")]) { text in
            let recorder = Recorder(
                secrets: secrets, clientIDs: ["c"], resources: KnownResources(own: [], others: []), now: { now }, nil)
            for number in 0..<(text.utf8.count / 100) {
                let agent = [("User-Agent", "agent \(number % 300) \(String(repeating: "a.", count: 300))")]
                recorder.record(exchange(number, .get, "/\(number)", nil, agent, "", ""))
            }
            show(recorder)
        },
        Workload("explanations", Shape.documents + Shape.all, [Shape.members]) { text in
            let fields = HTTPFields([("Mcp-Method", text), ("MCP-Protocol-Version", text)])
            let request = HTTPRequest(
                method: .post, path: "/\(text)", query: nil, host: nil, fields: fields, body: Array(text.utf8), peer: ""
            )
            explain(text)
            _ = PathDiagnosis.explanation(ofUnknown: request.path)
            _ = try? DebugDocument(request).allowOnly(["fault"])
            _ = try? DebugQuery(request, ["format"])
        },
        Workload("errors of a batch", [Shape("calls", "x")]) { text in
            // Both grow, up to the hundred messages that a batch may have.
            let count = min(max(text.utf8.count / 512, 1), 100)
            let padding = String(repeating: "x", count: text.utf8.count / count)
            let request = HTTPRequest(
                method: .post, path: "/mcp", query: nil, host: nil, fields: HTTPFields(), body: [], peer: "")
            let errors = ErrorResponses(
                logger: silent, baseURL: "http://a", wording: Wording(), secrets: secrets, debugging: nil)
            for number in 0..<count {
                let response = ErrorResponse(
                    .unknownMethod(padding, in: .legacy), id: RequestID(.string("\(number)\(padding)")))
                _ = errors.part(
                    .error(response), request, origin: Origin(scheme: "http", host: "a", port: nil), entry: nil)
            }
        },
        Workload("log") { text in
            for format in LineLogHandler.Format.allCases {
                _ = LineLogHandler(format: format) { _ in }.line(
                    .info, text, ["error": .string(text), text: .string(text)])
            }
        },
        Workload("page") { _ = ("<p title=\"\($0)\">\($0)</p>" as HTML).markup },
    ]

    /// Refuses a message with a text in each way.
    private static func explain(_ text: String) {
        let value = (try? JSONParser.parse(Array(text.utf8))) ?? .string(text)
        let headers = TransportHeaders(
            protocolVersion: [text], method: [text], name: [text], parameters: [(name: "a", value: text)])
        _ = try? EraDecision(body: value, header: text)
        let params: JSONObject = ["_meta": value, "name": .string(text), "arguments": value, "cursor": value]
        let request = Message.Request(id: .string("1"), method: text, params: params)
        _ = try? RequestMetadata(of: request)
        try? HeaderCheck(headers: headers).version("2026-07-28")
        try? HeaderCheck(headers: headers).method(of: request)
        _ = JSONRPCError.unknownMethod(text, in: .modern)
        guard let tools = try? ToolRegistry([EchoTool()]) else { return }
        _ = try? ToolCall(params, tools: tools)
        _ = try? ToolCall(["name": "echo", "arguments": value], tools: tools).explanationOfArguments
    }

    private static func observe(
        _ method: HTTPMethod = .get, path: String = "/nothing", query: String? = nil, fields: [(String, String)] = [],
        body: String = "", answer: String = ""
    ) {
        let recorder = Recorder(
            secrets: secrets, clientIDs: ["c"], resources: KnownResources(own: [], others: []), now: { now }, nil)
        recorder.record(exchange(1, method, path, query, fields, body, answer))
        show(recorder)
    }

    private static func exchange(
        _ number: Int, _ method: HTTPMethod, _ path: String, _ query: String?, _ fields: [(String, String)],
        _ body: String, _ answer: String
    ) -> Exchange {
        let request = HTTPRequest(
            method: method, path: path, query: query, host: "a", fields: HTTPFields(fields), body: Array(body.utf8),
            peer: "127.0.0.1")
        let response = HTTPResponse(
            .badRequest, fields: HTTPFields([("Content-Type", "application/json")]), body: .bytes(Array(answer.utf8)))
        let endpoints: [String: EndpointName] = [
            "/mcp": .mcp, "/token": .token, "/authorize": .authorize, "/register": .register,
        ]
        return Exchange(
            number, request, response, endpoint: endpoints[path] ?? .other, time: now, duration: .zero)
    }

    /// Renders all records.
    private static func show(_ recorder: Recorder) {
        recorder.catchUp()
        let journal = recorder.journal
        for entry in journal.entries {
            _ = JSONWriter.bytes(of: JournalDocument(entry: entry, secrets: secrets).json)
            _ = JournalPage(entry: entry, secrets: secrets, previous: nil, next: nil).response
        }
        _ = JSONWriter.bytes(
            of: HTTPArchive(entries: journal.entries, secrets: secrets, origin: "http://a", creator: ("a", "1"))
                .json)
        for flow in recorder.judgedFlows {
            _ = JSONWriter.bytes(of: FlowDocument(flow, now: now).json)
            _ = FlowDiagram(flow, now: now).markdown
            _ = FlowsMarkup.flow(FlowDocument(flow, now: now).json)
        }
        _ = CurlScript(flow: 1, entries: journal.entries, origin: "http://a", secrets: secrets).text
        guard let report = try? recorder.report() else { return }
        _ = (report.text, report.junit, report.markdown(title: "a"), JSONWriter.bytes(of: report.json))
        _ =
            ReportPage(
                report: report, clients: report.clientNames, client: "", flow: "", since: "", require: "",
                entries: Dictionary(journal.entries.map { ($0.number, $0) }) { first, _ in first }
            ).response
    }
}
#endif
