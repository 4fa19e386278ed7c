import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

/// A request body with a valid token, and the expected outcome.
struct HostileMessage: CustomTestStringConvertible {
    let name, body: String
    let status: Int
    /// The code of the JSON-RPC error; nil for a result.
    let error: JSONValue?

    /// A whole body.
    init(_ name: String, _ body: String, _ status: Int, _ error: JSONValue?) {
        (self.name, self.body, self.status, self.error) = (name, body, status, error)
    }

    /// A request for the list of tools with this id and, among its parameters, this value.
    init(_ name: String, id: String = "1", value: String = "0", _ status: Int, _ error: JSONValue?) {
        let list = TestClient.modernRequest("tools/list", token: nil).body
        self.init(
            name,
            list.replacing(#""id":1"#, with: #""id":\#(id)"#).replacing(
                #""params":{"#, with: #""params":{"x":\#(value),"#),
            status, error)
    }

    var testDescription: String { name }
}

@Suite("Expensive messages")
struct HostileMessageTests {
    private static func text(_ count: Int) -> String { "\"" + String(repeating: "x", count: count) + "\"" }
    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    /// Members whose names have the same eight marks on one letter, in every order.
    private static let lookalikes: [String] = {
        var orders: [[Unicode.Scalar]] = [[]]
        for mark in "\u{316}\u{300}\u{321}\u{31B}\u{334}\u{315}\u{35C}\u{345}".unicodeScalars {
            orders = orders.flatMap { order in
                (0...order.count).map { place in order[..<place] + [mark] + order[place...] }
            }
        }
        return orders.map { order in "\"a\(String(String.UnicodeScalarView(order)))\":0" }
    }()

    private static let messages = [
        HostileMessage("an id of 1024 bytes", id: text(1024), 200, nil),
        HostileMessage("an id of 1025 bytes", id: text(1025), 400, -32600),
        HostileMessage("an id of 900,000 bytes", id: text(900_000), 400, -32600),
        HostileMessage("an id of 1024 digits", id: String(repeating: "9", count: 1024), 200, nil),
        HostileMessage("an id of 1025 digits", id: String(repeating: "9", count: 1025), 400, -32600),
        HostileMessage("an id that is a fraction", id: "0.5", 400, -32600),
        HostileMessage("an id beyond every number", id: "1e999", 200, nil),
        HostileMessage("an id that is null", id: "null", 400, -32600),
        HostileMessage("an id that is a list", id: "[1]", 400, -32600),
        HostileMessage("62 lists within the parameters", value: nested(62), 200, nil),
        HostileMessage("63 lists within the parameters", value: nested(63), 400, -32700),
        HostileMessage("400,000 lists within each other", nested(400_000), 400, -32700),
        HostileMessage("400,000 brackets without end", String(repeating: "[", count: 400_000), 400, -32700),
        HostileMessage("a number of 900,000 digits", value: String(repeating: "9", count: 900_000), 200, nil),
        HostileMessage(
            "a string of 900,000 escapes", value: "\"" + String(repeating: "\\n", count: 450_000) + "\"", 200, nil),
        HostileMessage(
            "50,000 members", value: "{" + (0..<50_000).map { "\"\($0)\":0" }.joined(separator: ",") + "}", 200, nil),
        HostileMessage("40,320 names that only look alike", value: "{\(lookalikes.joined(separator: ","))}", 200, nil),
        HostileMessage("a member twice", value: "{\"a\":1,\"\\u0061\":2}", 400, -32700),
        HostileMessage(
            "300,000 lists side by side", value: "[" + String(repeating: "[],", count: 300_000) + "0]", 200, nil),
        HostileMessage("900,000 spaces", String(repeating: " ", count: 900_000), 400, -32700),
        HostileMessage("nothing", "", 400, -32700),
        HostileMessage(
            "a method of 900,000 bytes", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\(text(900_000))}", 400, -32602),
    ]

    @Test("Each is answered or refused, with a short answer", arguments: messages)
    func outcome(message: HostileMessage) async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let (fields, _) = TestClient.modernRequest("tools/list", token: token)
            let answer = try await client.send("POST", "/mcp", fields, body: message.body)
            #expect(answer.status == message.status, "\(answer.body.prefix(500))")
            #expect(answer.json["error"]?.object?["code"] == message.error)
            #expect(answer.body.utf8.count < 4096)
        }
    }
}
