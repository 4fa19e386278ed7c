import Primitives
import Testing
import TestSupport

@testable import MCPCore

@Suite struct MessageTests {
    @Test(
        "A body that is not JSON has no id to answer", .proves(.errorsEchoReadableIDs),
        arguments: ["", "{", "{\"jsonrpc\":\"2.0\",\"id\":1,", "{\"id\":1,\"id\":1}"])
    func notJSON(text: String) async throws {
        let answer = try await Bench().post(text: text)
        #expect(answer.status == 400)
        #expect(answer.code == -32700)
        #expect(answer.json?.object?["id"] == nil)
        #expect(answer.message?.hasPrefix("Parse error: invalid JSON") == true)
    }

    @Test(
        "A message of the wrong shape is refused, with its id if that could be read",
        .proves(.errorsEchoReadableIDs, .requestIDIsEchoed),
        arguments: [
            ("1", nil), ("\"x\"", nil), ("null", nil), ("{}", nil),
            (#"{"id":3,"method":"ping"}"#, 3), (#"{"jsonrpc":"1.0","id":3,"method":"ping"}"#, 3),
            (#"{"jsonrpc":2.0,"id":3,"method":"ping"}"#, 3), (#"{"jsonrpc":"2.0","id":3}"#, 3),
            (#"{"jsonrpc":"2.0","id":3,"method":5}"#, 3),
            (#"{"jsonrpc":"2.0","id":"a","method":"x","params":[]}"#, "a"),
            (#"{"jsonrpc":"2.0","id":"a","method":"x","params":null}"#, "a"),
            (#"{"jsonrpc":"2.0","id":null,"method":"x"}"#, nil), (#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#, nil),
            (#"{"jsonrpc":"2.0","id":true,"method":"x"}"#, nil), (#"{"jsonrpc":"2.0","id":{},"method":"x"}"#, nil),
            (#"{"jsonrpc":"2.0","id":[1],"method":"x"}"#, nil),
        ] as [(String, JSONValue?)])
    func wrongShape(text: String, id: JSONValue?) async throws {
        let bench = try Bench()
        for headers in [TransportHeaders(), TransportHeaders(protocolVersion: ["2026-07-28"])] {
            let answer = try await bench.post(text: text, headers)
            #expect(answer.status == 400)
            #expect(answer.code == -32600)
            #expect(answer.json?.object?["id"] == id)
        }
    }

    @Test(
        "An id is returned exactly as received", .proves(.requestIDIsEchoed, .errorsEchoReadableIDs),
        arguments: [
            "1", "\"1\"", "0", "-5", "9007199254740993", "123456789012345678901234567890", "\"\"", "\"é\\n\"", "1.0",
        ])
    func idsAreEchoed(id: String) async throws {
        let bench = try Bench()
        let envelope = JSONValue.object(Bench.envelope).text
        let body = #"{"jsonrpc":"2.0","id":\#(id),"method":"server/discover","params":{"_meta":\#(envelope)}}"#
        let headers = TransportHeaders(protocolVersion: ["2026-07-28"], method: ["server/discover"])
        let reply = try await bench.server.post(body: Array(body.utf8), headers: headers, caller: Bench.alice)
        guard case .json(let bytes, nil) = reply else { throw UnexpectedReply() }
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"result":"#))
    }

    @Test("An id that is too long is refused")
    func longID() async throws {
        let answer = try await Bench().modern("tools/list", id: .string(String(repeating: "x", count: 1025)))
        #expect(answer.status == 400)
        #expect(answer.code == -32600)
    }

    @Test("Only the beginning of a client's text is quoted")
    func excerpts() async throws {
        let long = String(repeating: "x", count: 10_000)
        let bench = try Bench()
        let method = try await bench.modern(long)
        #expect(method.status == 404)
        #expect(method.json?.text.utf8.count ?? .max < 400)
        let tool = try await bench.modern("tools/call", ["name": .string(long)])
        #expect(tool.message?.utf8.count ?? .max < 400)
    }

    @Test("Only the codes of the catalogue exist", .proves(.onlySpecifiedErrorCodes))
    func codes() {
        #expect(
            JSONRPCError.Code.allCases.map(\.rawValue)
                == [-32700, -32600, -32601, -32602, -32603, -32020, -32021, -32022])
    }
}

struct UnexpectedReply: Error {}
