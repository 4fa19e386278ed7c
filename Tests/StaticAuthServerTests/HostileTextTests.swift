import MCPCore
import StaticAuthServer
import Testing
import TestSupport

/// A request with a place for bytes that are not text.
struct HostilePlace: CustomTestStringConvertible {
    /// The request's parts; `mark` stands for the hostile bytes.
    let method, target: String
    let fields: [(String, String)]
    let body: String
    /// The status for bytes that are not UTF-8, and for a NUL.
    let badUTF8, nul: Int

    static let mark = "\u{FFFC}"

    init(
        _ method: String, _ target: String, _ fields: [(String, String)] = [], body: String = "", badUTF8: Int, nul: Int
    ) {
        (self.method, self.target, self.fields, self.body) = (method, target, fields, body)
        (self.badUTF8, self.nul) = (badUTF8, nul)
    }

    var testDescription: String {
        "\(method) \(target) \(fields.first { $0.1.contains(Self.mark) }?.0 ?? "")"
    }

    /// The request on the wire, with the bytes at the mark.
    func bytes(_ hostile: [UInt8], host: String, token: String) -> [UInt8] {
        var all = ["Host": host, "Authorization": "Bearer \(token)", "Connection": "close"]
        all.merge(fields) { $1 }
        let parts = body.split(separator: Self.mark, omittingEmptySubsequences: false).map { Array($0.utf8) }
        let content = Array(parts.joined(separator: hostile))
        let lines = all.map { "\($0.key): \($0.value)\r\n" }.joined()
        let head = "\(method) \(target) HTTP/1.1\r\n\(lines)Content-Length: \(content.count)\r\n\r\n"
        let pieces = head.split(separator: Self.mark, omittingEmptySubsequences: false).map { Array($0.utf8) }
        return Array(pieces.joined(separator: hostile)) + content
    }
}

@Suite("Bytes that are not text, in every place")
struct HostileTextTests {
    private static let mark = HostilePlace.mark
    private static let form = ("Content-Type", "application/x-www-form-urlencoded")
    private static let json = [
        ("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream"),
    ]
    private static let modern = json + [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/list")]
    private static let list = TestClient.modernRequest("tools/list", token: nil).body
    private static let initialize =
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#

    private static let places = [
        HostilePlace("GET", "/\(mark)", badUTF8: 400, nul: 400),
        HostilePlace("GET", "/authorize?client_id=\(mark)", badUTF8: 400, nul: 400),
        HostilePlace("GET", "/healthz", [("Host", "localhost\(mark)")], badUTF8: 403, nul: 400),
        HostilePlace("GET", "/healthz", [("Origin", "http://localhost\(mark)")], badUTF8: 403, nul: 400),
        HostilePlace("GET", "/healthz", [("X-\(mark)", "a")], badUTF8: 400, nul: 400),
        HostilePlace("GET", "/healthz", [("Cookie", mark)], badUTF8: 200, nul: 400),
        HostilePlace(
            "POST", "/token", [form], body: "grant_type=refresh_token&refresh_token=\(mark)", badUTF8: 400, nul: 401),
        HostilePlace("POST", "/token", [form], body: "\(mark)=1", badUTF8: 400, nul: 400),
        HostilePlace("POST", "/login?a=1", [form], body: "username=\(mark)", badUTF8: 400, nul: 400),
        HostilePlace(
            "POST", "/mcp", modern + [("Authorization", "Bearer a\(mark)")], body: list, badUTF8: 401, nul: 400),
        HostilePlace("POST", "/mcp", modern + [("Accept", mark)], body: list, badUTF8: 406, nul: 400),
        HostilePlace(
            "POST", "/mcp", modern + [("Content-Type", "application/json\(mark)")], body: list, badUTF8: 415, nul: 400),
        HostilePlace(
            "POST", "/mcp", modern + [("MCP-Protocol-Version", "2026-07-28\(mark)")], body: list, badUTF8: 400, nul: 400
        ),
        HostilePlace(
            "POST", "/mcp", modern + [("Mcp-Method", "tools/list\(mark)")], body: list, badUTF8: 400, nul: 400),
        HostilePlace(
            "POST", "/mcp", json + [("Mcp-Session-Id", mark)], body: #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
            badUTF8: 404, nul: 400),
        HostilePlace("POST", "/mcp", modern, body: list + mark, badUTF8: 400, nul: 400),
        HostilePlace(
            "POST", "/mcp", modern, body: list.replacing("tools/list", with: "tools/list\(mark)"), badUTF8: 400,
            nul: 400),
        HostilePlace(
            "POST", "/mcp", modern, body: list.replacing(#""id":1"#, with: #""id":"\#(mark)""#), badUTF8: 400, nul: 400),
        HostilePlace(
            "POST", "/mcp", json, body: initialize.replacing(#""c""#, with: #""\#(mark)""#), badUTF8: 400, nul: 400),
    ]

    /// A byte that UTF-8 never has, an overlong slash, a surrogate, a scalar beyond the last, a character cut short.
    private static let notUTF8: [[UInt8]] = [
        [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ]

    @Test("Bytes that are not UTF-8, and NULs, have one outcome in each place", arguments: places)
    func outcome(place: HostilePlace) async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            for (bytes, status) in Self.notUTF8.map({ ($0, place.badUTF8) }) + [([0], place.nul)] {
                let answer = try await client.send(raw: place.bytes(bytes, host: client.host, token: token))
                #expect(answer.status == status, "\(bytes): \(answer.body)")
                #expect(!answer.body.contains("\u{FFFD}"), "\(bytes): \(answer.body)")
            }
        }
    }
}
