import MCPCore
import Primitives
import TestSupport

/// An answer as lines that are the same for two servers that answer alike.
///
/// Ports, secrets and session ids are replaced by words, and explanations for people are left out: other tests check
/// them.
enum AnswerLines {
    static func of(_ answer: TestClient.Answer, port: Int) -> [String] {
        let fields = answer.fields.filter { !framing.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value)" }
        return (["status \(answer.status)"] + fields + body(answer)).map { stable($0, port: port) }
    }

    private static let framing: Set = ["date", "content-length", "connection", "transfer-encoding"]
    private static let explanations: Set = [
        "error_description", "error_uri", "expected", "received", "hint", "debug_url",
    ]

    private static func body(_ answer: TestClient.Answer) -> [String] {
        if let title = answer.body.firstMatch(of: /<title>(.*?)<\/title>/) { return ["a page: \(title.1)"] }
        guard case .object(let object)? = try? JSONParser.parse(Array(answer.body.utf8)) else {
            return answer.body.isEmpty ? [] : [answer.body]
        }
        return object.members.filter { !explanations.contains($0.name) }.map { member in
            let text = "\(member.name): " + String(decoding: JSONWriter.bytes(of: plain(member.value)), as: UTF8.self)
            return text.count <= 200 ? text : text.prefix(200) + "…"
        }
    }

    /// A JSON-RPC error without the explanation in its data.
    private static func plain(_ value: JSONValue) -> JSONValue {
        guard var object = value.object, let data = object["data"]?.object else { return value }
        let kept = JSONObject(data.members.filter { !explanations.contains($0.name) }.map { ($0.name, $0.value) })
        object["data"] = kept.isEmpty ? nil : .object(kept)
        return .object(object)
    }

    private static func stable(_ line: String, port: Int) -> String {
        line.replacing(":\(port)", with: ":PORT").replacing("%3A\(port)", with: "%3APORT")
            .replacing(#/error_description="[^"]*", /#, with: "")
            .replacing(#/error_uri="[^"]*", /#, with: "")
            .replacing(/&error_(description|uri)=[^&"]*/, with: "")
            .replacing(/[A-Za-z0-9_-]{32,}/) { word in word.output.count == 43 ? "SECRET" : stable(word.output) }
    }

    /// A placeholder for a session's id, or a long name.
    private static func stable(_ word: Substring) -> Substring {
        word.count == 32 && word.allSatisfy(\.isHexDigit) ? "HEX" : word
    }
}
