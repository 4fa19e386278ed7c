#if DEBUG
import MCPCore
import NIOCore
import OAuthServer
import Primitives

@testable import HTTPEdge
@testable import MCPCore
@testable import MCPClient
@testable import OAuth
@testable import StaticAuthServer

extension Workload {
    private static let jsonShapes = Shape.documents + Shape.all

    /// The readers and writers of JSON, OAuth and MCP.
    static let protocols = [
        Workload("JSON", jsonShapes, [Shape.members]) { text in
            guard let value = try? JSONParser.parse(Array(text.utf8)) else { return }
            _ = JSONWriter.bytes(of: value)
            _ = value == value
            _ = value.object?["m1000001"]
            _ = try? Message(value)
        }.first,
        Workload("JSON, written") { _ = JSONWriter.bytes(of: .string($0)) },
        Workload("JSON for people", Shape.documents, [Shape.members]) { text in
            guard let value = try? JSONParser.parse(Array(text.utf8)) else { return }
            _ = PrettyJSON.bytes(of: value)
        }.first,
        Workload("form", Shape.all, [Shape.parameters]) { text in
            guard let form = try? FormParameters(decoding: text.utf8) else { return }
            _ = (form.encoded, form.received, form.trace(of: .clientID), try? form.value(.scope))
            _ = try? TokenRequest(form)
            _ = try? AuthorizationRequest(form)
        }.first,
        Workload("values of a form") { text in
            // The maximum number of values in a form, each of the maximum size.
            let value = FormCoding.encode(String(text.prefix(1000)))
            let names = ["state", "scope", "resource", "redirect_uri", "code_challenge", "response_type", "grant_type"]
            let form = names.map { "\($0)=\(value)" }.joined(separator: "&")
            guard let parameters = try? FormParameters(decoding: form.utf8) else { return }
            _ = try? AuthorizationRequest(parameters)
            _ = try? TokenRequest(parameters)
        },
        Workload("URI") { text in
            for uri in ["http://localhost/\(text)", "http://\(text)"] {
                _ = URI(uri)
                _ = try? ResourceIndicator(uri)
                _ = Origin(uri)
                _ = URIDifference.hint(uri, insteadOf: ["http://localhost:1/callback", "http://127.0.0.1/x"])
            }
        },
        Workload("nearest name") { _ = SpellingSuggestion.name(to: $0, among: ["tools/list", "tools/call", $0]) },
        Workload("scope", Shape.all, [Shape.scopes]) { text in
            guard let scope = try? Scope(parsing: text) else { return }
            let other = Scope(scope.tokens.reversed())
            _ = (scope.covers(other), scope.without(other, default: scope), scope.union(other), scope == other)
        },
        Workload("Authorization") { text in
            for value in [text, "Bearer \(text)", "Basic \(text)", "Basic \(Base64.standard.encode(Array(text.utf8)))"]
            {
                _ = try? BearerToken.parse([value])
                _ = try? ClientCredentials(authorization: [value, value], parameters: FormParameters())
                _ = try? ClientCredentials(authorization: [value], parameters: FormParameters())
            }
        },
        Workload("secrets that are wrong") { text in
            _ = SecretHints.hint(Secret(text), insteadOf: Digest(of: "right"))
            _ = TokenShape(Secret(text)).hint
            _ = CodeChallenge.explanation(ofMalformed: text)
            _ = CodeChallenge(Base64.url.encode(Digest(of: text).bytes))?.explanation(ofMismatch: Secret(text))
        },
        Workload("challenge, written") { text in
            let error = OAuthError(.invalidToken, text)
            _ = BearerChallenge(error: error, scope: Scope([text]), resourceMetadata: text).headerValue
        },
        Workload("safe text") { text in
            _ = ("a \(public: text) b" as SafeText).searched { $0 }
            _ = text.legible()
            _ = SafeText(list: [text, text])
        },
        Workload("header value") { text in
            _ = try? HeaderValue.single([text], of: "X")
            _ = try? HeaderValue.decode(HeaderValue.encode(text), of: "X")
            _ = try? HeaderValue.decode("=?base64?\(text)?=", of: "X")
        }.first,
        Workload("schema", Shape.documents, [Shape.members]) { text in
            guard let value = try? JSONParser.parse(Array(text.utf8)) else { return }
            let schema: JSONObject = [
                "type": "object", "properties": ["message": ["type": "string"]], "additionalProperties": false,
            ]
            _ = try? JSONSchema(schema).problems(in: value)
        },
    ]

    /// The readers of HTTP.
    static let http = [
        Workload("head and body") { text in
            for request in [
                "GET /\(text) HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \(text)\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: \(text)\r\nExpect: \(text)\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)",
            ] {
                for piece in [request.utf8.count, 997] {
                    var (reader, rest) = (RequestReader(), Array(request.utf8)[...])
                    while !rest.isEmpty {
                        reader.append(ByteBuffer(bytes: rest.prefix(piece)))
                        rest = rest.dropFirst(piece)
                        guard (try? reader.next(Limits())) != nil || !rest.isEmpty else { break }
                        reader.releaseBuffer { ByteBufferAllocator() }
                    }
                }
            }
        }.first,
        Workload("chunks") { text in
            let chunk = String(text.utf8.count, radix: 16) + "\r\n\(text)\r\n"
            let small = String(repeating: "1\r\na\r\n", count: text.utf8.count / 6)
            for body in [chunk, small, text] {
                var reader = RequestReader()
                let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                reader.append(ByteBuffer(string: head + body + "0\r\n\r\n"))
                _ = try? reader.next(Limits())
            }
        }.first,
        Workload("fields") { text in
            let fields = HTTPFields(
                ["Accept", "Content-Type", "User-Agent", "Origin", "Access-Control-Request-Headers"].map {
                    ($0, text)
                })
            _ = (Accept(fields), fields.mediaType, fields.said("User-Agent"), fields.byteCount)
            let request = HTTPRequest(
                method: .options, path: "/mcp", query: text, host: text, fields: fields, body: [], peer: text)
            _ = CORS.preflight(request, origin: text, methods: [.get])
            _ = (request.queryParameters, request.formParameters)
            _ = try? TrustedProxies(["10.0.0.0/8"]).peer(connection: "10.0.0.1", forwardedFor: [text, text])
        },
    ]

    /// The readers of the client.
    static let client = [
        Workload("events") { text in
            var parser = EventParser(limit: 8 << 20)
            _ = try? parser.feed(Array("data: \(text)\n\nevent: \(text)\nid: \(text)\n\(text): 1\ndata:\n\n".utf8))
            var lines = EventParser(limit: 8 << 20)
            _ = try? lines.feed(Array(String(repeating: "data:\n", count: text.utf8.count / 6).utf8))
        }.first,
        Workload("challenges") { text in
            _ = Challenge.parse([text, "Bearer error=\"\(text)\", scope=\(text)", "Negotiate \(text)"])
        }.first,
        Workload("text of a server") { _ = ($0.printable(), $0.withoutControls) },
    ]
}
#endif
