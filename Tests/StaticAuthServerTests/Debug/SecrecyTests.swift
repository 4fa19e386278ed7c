import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Synchronization
import Testing
import TestSupport

/// Sends secrets in every place where a client can put one, and searches everything that debugging shows.
@Suite("Secrets are not shown")
struct SecrecyTests {
    @Test("At every endpoint, in every place", arguments: [nil, "canary-debug-token-7"])
    func everywhere(debugToken: String?) async throws {
        // At a terminal the words of a refusal are shown, too.
        let log = LogLines(debugToken == nil ? .terminal : .text)
        try await withTestServer(
            {
                $0.clientSecret = Secret(Secrets.client)
                $0.users = [.init(name: "demo_user", password: Secret(Secrets.password))]
                $0.debugToken = debugToken.map { Secret($0) }
            }, logger: log.logger
        ) { client, _ in
            let secrets = Secrets(debugToken)
            let thrower = Thrower(
                client: client, secrets: secrets,
                access: debugToken.map { [("Authorization", "Bearer \($0)")] } ?? [])
            try await thrower.useEverythingRightly()
            var seen = 0
            for endpoint in Thrower.endpoints {
                // The request that `/debug/requests/await` finds.
                _ = try await client.get("/")
                try await thrower.attack(endpoint)
                let lines = log.all
                try await thrower.look(lines[seen...].joined(separator: "\n"), after: endpoint)
                seen = lines.count
                _ = try await client.send("DELETE", "/debug/requests", thrower.access)
                secrets.forget()
            }
        }
    }

    @Test("A verifier sent as the challenge is not shown, nor is the value it is compared with")
    func verifierAsChallenge() async throws {
        try await withTestServer { client, _ in
            let verifier = Flow.verifier
            let flow = try await Flow(client, ["code_challenge": verifier]).logIn()
            _ = try await flow.redeem(["code_verifier": verifier], expecting: 400)
            _ = try await flow.redeem(["code_verifier": String(repeating: "v", count: 43)], expecting: 400)
            for path in ["requests", "requests?format=har", "requests?format=ndjson", "flows/1", "report"] {
                #expect(!(try await client.get("/debug/\(path)").body.contains(verifier)), "\(path)")
            }
        }
    }
}

/// The secrets that were sent, and the search for them.
private final class Secrets: Sendable {
    /// These have characters with several spellings in URLs and JSON.
    static let client = "canaryclientsecret \"+%/\\7ä"
    static let password = "canarypassword &\"%\\é"
    /// The part that all spellings of them share.
    private static let cores = ["canaryclientsecret", "canarypassword", "canary-debug-token-7"]

    private let random = SeededRandom(seed: 7)
    private let configured: [String]
    private let sent = Mutex<(last: Int, texts: [String])>((0, []))

    init(_ debugToken: String?) {
        configured = [Self.client, Self.password] + (debugToken.map { [$0] } ?? [])
    }

    /// A new secret: a token, a verifier of any length, a session's id, a signed token, or one of the settings.
    func next() -> String {
        sent.withLock { sent in
            sent.last += 1
            let bytes = random.bytes(96)
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
            let text: String
            switch sent.last % 6 {
            case 0: return configured[sent.last / 6 % configured.count]
            case 1, 2: text = Base64.url.encode(Array(bytes.prefix(32)))
            case 3: text = Digest(of: bytes).hex.prefix(32).description
            case 4:
                text = String(
                    decoding: bytes.prefix(43 + Int(bytes[95]) % 50).map { alphabet[Int($0) % 66] }, as: UTF8.self)
            default: text = "eyJhbGciOiJub25lIn0." + Base64.url.encode(Array(bytes.prefix(30))) + ".c2ln"
            }
            sent.texts.append(text)
            return text
        }
    }

    func add(_ texts: String?...) {
        sent.withLock { $0.texts += texts.compactMap(\.self) }
    }

    /// Forgets those that are no longer shown anywhere.
    func forget() {
        sent.withLock { $0.texts = [] }
    }

    /// The secrets of which a text shows a part that would help to guess the rest.
    func shown(in text: String) -> [String] {
        let parts = sent.withLock(\.texts).flatMap { [$0.prefix(Self.part), $0.suffix(Self.part)] }
        let wanted = Set(parts.map { String($0) })
        // Parts are delimited by characters that secrets do not have, except for the digits of a fingerprint.
        let runs = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0))) }
        return Self.cores.filter(text.contains)
            + runs.filter { $0.utf8.count >= Self.part }.flatMap { run -> [String] in
                let bytes = Array(run.utf8)
                return (0...(bytes.count - Self.part)).map { start in
                    String(decoding: bytes[start..<(start + Self.part)], as: UTF8.self)
                }.filter(wanted.contains)
            }
    }

    private static let part = 24
}

private struct Thrower {
    let client: TestClient
    let secrets: Secrets
    /// The header fields for the debug features.
    let access: [(String, String)]

    static let endpoints =
        [
            "/", "/authorize", "/login", "/callback", "/token", "/introspect", "/revoke", "/register", "/mcp",
            "/healthz", "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp",
            "/nothing", "/metrics", "/debug", "/debug/timeline.js", "/debug/events/x",
        ]
        + [
            "requests", "requests/count", "requests/await", "requests/1", "flows", "flows/1", "report", "clock",
            "tokens/expire", "tokens/revoke", "tokens/issue", "sessions/drop", "tools/list-changed", "faults",
            "faults/1", "scenario", "scenarios", "reset",
        ].map { "/debug/" + $0 }

    private static let names =
        ParameterName.allCases.map(\.rawValue) + ["name", "fault", "match", "subject", "session", "set", "since", "x"]
    private static let headers = [
        "Authorization", "Proxy-Authorization", "Cookie", "Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method",
        "Mcp-Name", "Mcp-Param-City", "Last-Event-ID", "User-Agent", "Referer", "Accept-Language", "Accept",
        "Content-Type", "X-Api-Key", "X-Forwarded-For", "Forwarded", "Via", "Sec-Fetch-Mode", "Origin", "Host",
    ]

    /// Runs a whole flow, so that there are codes, tokens and a session.
    func useEverythingRightly() async throws {
        var flow = Flow(client)
        flow.credentials.1 = Secrets.client
        flow = try await flow.logIn(password: Secrets.password)
        let tokens = try await flow.redeem()
        let session = try await client.openSession(token: tokens.accessToken)
        _ = try await client.legacy("tools/list", session: session, token: tokens.accessToken)
        let next = try await flow.refresh(tokens.refreshToken)
        secrets.add(
            flow.code, tokens.accessToken, tokens.refreshToken, session, next.accessToken, next.refreshToken,
            Flow.verifier)
        for _ in 0..<4 {
            let (fields, body) = TestClient.modernRequest(
                "tools/call", ["name": "echo", "arguments": ["message": .string(secrets.next())]],
                id: .string(secrets.next()), token: next.accessToken)
            _ = try await send("POST", "/mcp", fields, body)
            _ = try await client.modern(secrets.next(), [secrets.next(): 1], token: next.accessToken)
            _ = try await client.modern("tools/call", ["name": .string(secrets.next())], token: next.accessToken)
            _ = try await send(
                "POST", "/mcp", [("Authorization", "Bearer \(next.accessToken)"), ("Content-Type", secrets.next())], "1"
            )
            _ = try await client.legacy(
                "tools/call", ["name": "echo", "arguments": [secrets.next(): .string(secrets.next())]],
                session: session, token: next.accessToken)
        }
    }

    /// Sends secrets to one endpoint in every place.
    func attack(_ path: String) async throws {
        let methods = path.hasSuffix("/reset") || path.hasSuffix("/scenario") ? ["POST", "PUT"] : ["GET", "POST"]
        for method in methods {
            for target in targets(path) { _ = try await send(method, target, []) }
            for header in Self.headers { _ = try await send(method, path, [(header, secrets.next())]) }
            for value in authorizations { _ = try await send(method, path, [("Authorization", value)]) }
        }
        for (type, body) in bodies { _ = try await send(methods[1], path, [("Content-Type", type)], body) }
    }

    private func targets(_ path: String) -> [String] {
        let all = Self.names.map { "\($0)=\(TestClient.encode(secrets.next()))" }.joined(separator: "&")
        let some = ["response_type=code&client_id=static-mcp-client-001"]
            .map { "\($0)&redirect_uri=http://localhost:1/?x=\(TestClient.encode(secrets.next()))&\(all)" }
        let secret = TestClient.encode(secrets.next())
        return some.map { "\(path)?\($0)" } + [
            "\(path)?\(all)", "\(path)?\(secret)", "\(path)?\(secret)=1", "\(path)?x=%zz\(secret)", "\(path)/\(secret)",
            "\(path)/\(secret)/x?format=\(TestClient.encode(secrets.next()))",
        ]
    }

    private var authorizations: [String] {
        let pair = "static-mcp-client-001:\(secrets.next())"
        return [
            "Bearer \(secrets.next())", "Basic \(secrets.next())", "Basic \(Base64.standard.encode(Array(pair.utf8)))",
            "Digest username=\(secrets.next())", "Bearer Bearer \(secrets.next())",
        ]
    }

    private var bodies: [(String, String)] {
        let form = Self.names.map { "\($0)=\(TestClient.encode(secrets.next()))" }.joined(separator: "&")
        let members = JSONObject(Self.names.map { ($0, .string(secrets.next())) })
        let json = [
            .object(members), [.string(secrets.next())], .string(secrets.next()), .object([secrets.next(): 1]),
            ["fault": ["status": .string(secrets.next())]], ["advance": .string(secrets.next())],
            [
                "endpoint": "health", "match": ["headers": ["X-Api-Key": .string(secrets.next())]],
                "fault": ["status": 503, "body": .string(secrets.next()), "headers": ["X": .string(secrets.next())]],
            ],
            [
                "jsonrpc": "2.0", "id": .string(secrets.next()), "method": .string(secrets.next()),
                "params": ["name": .string(secrets.next())],
            ],
        ].map { String(decoding: JSONWriter.bytes(of: $0), as: UTF8.self) }
        return json.map { ("application/json", $0) } + [
            ("application/json", "{\"token\":\"\(secrets.next())"), ("application/json", secrets.next()),
            ("text/plain", secrets.next()), ("application/x-www-form-urlencoded", form),
            ("application/x-www-form-urlencoded", secrets.next()),
            ("application/x-www-form-urlencoded", "%zz=\(secrets.next())&grant_type=\(secrets.next())"),
            (
                "application/x-www-form-urlencoded",
                "grant_type=refresh_token&client_id=static-mcp-client-001&refresh_token=\(secrets.next())"
                    + "&client_secret=\(TestClient.encode(Secrets.client))"
            ),
        ]
    }

    private func send(
        _ method: String, _ target: String, _ fields: [(String, String)], _ body: String? = nil
    ) async throws -> TestClient.Answer {
        let isDebug = target.hasPrefix("/debug") || target.hasPrefix("/metrics")
        let isAllowed = !fields.contains { $0.0 == "Authorization" }
        let answer = try await client.send(method, target, fields + (isDebug && isAllowed ? access : []), body: body)
        // A page repeats the URL that led to it; a tool repeats its arguments.
        if isDebug || ["/token", "/introspect", "/revoke", "/register", "/healthz"].contains(where: target.hasPrefix) {
            let shown = secrets.shown(in: answer.body)
            #expect(shown.isEmpty, "the answer to \(method) \(target.prefix(20)) shows \(shown)")
        }
        return answer
    }

    /// Reads everything that debugging shows.
    func look(_ log: String, after endpoint: String) async throws {
        var texts: [(String, String)] = [("the log", log)]
        let flows = try await client.get("/debug/flows", access).json["flows"]?.array ?? []
        let ids = flows.compactMap { $0.object?["id"]?.number?.intValue }
        let entries = try await client.get("/debug/requests?limit=3", access).json["requests"]?.array ?? []
        let pages = entries.compactMap { $0.object?["id"]?.number?.intValue }.map { "requests/\($0)" }
        let paths =
            [
                "requests", "requests?format=har", "requests?format=ndjson", "flows", "report", "report?format=text",
                "report?format=junit", "faults", "scenario", "requests/await?timeout=0",
            ] + ids.flatMap { ["flows/\($0)", "flows/\($0)?format=markdown"] } + pages
        for path in paths.map({ "/debug/" + $0 }) + ["/metrics"] {
            let answer = try await client.get(path, access)
            // After a reset there is nothing to wait for.
            #expect(answer.status == 200 || path.contains("await"), "\(path)")
            texts.append((path, answer.body))
        }
        for page in pages {
            let answer = try await client.get("/debug/" + page, access + [("Accept", "text/html")])
            #expect(answer["Content-Type"]?.hasPrefix("text/html") == true)
            texts.append((page, answer.body))
        }
        let stream = try await EventReader(client, "GET", "/debug/events", access)
        for _ in 0...ids.count {
            texts.append(("events", await stream.nextMessage()?.lines.joined(separator: "\n") ?? ""))
        }
        stream.connection.endBoth()
        for (place, text) in texts {
            let shown = secrets.shown(in: text)
            #expect(shown.isEmpty, "\(place) shows \(shown) after \(endpoint)")
        }
    }
}
