internal import Primitives
internal import MCPCore

/// The errors inside an answer of the MCP server whose status says that all went well: those of messages in a batch, of
/// an event on a stream, and of a tool that reports its own failure.
///
/// JSON-RPC 2.0 §5.1 leaves `error.data` to the server; a result of MCP has `_meta` for that.
struct MessageErrors {
    /// Names and values that are added to an error.
    typealias Members = [(String, JSONValue)]

    private var document: JSONValue
    /// What stands around the document.
    private let frame: (before: [UInt8], after: [UInt8])

    /// Finds the errors in a body; nil when there is none.
    init?(_ body: [UInt8]) {
        self.init(body[...], frame: ([], []))
    }

    /// Finds the errors in an event; nil when there is none.
    init?(event: [UInt8]) {
        guard event.starts(with: Self.eventHead) else { return nil }
        self.init(event.dropFirst(Self.eventHead.count).dropLast(2), frame: (Self.eventHead, Array("\n\n".utf8)))
    }

    private init?(_ text: ArraySlice<UInt8>, frame: (before: [UInt8], after: [UInt8])) {
        guard Self.mayTellError(text), let document = try? JSONParser.parse(Array(text)),
            (document.array ?? [document]).contains(where: { $0.object.map(Self.tellsError) ?? false })
        else { return nil }
        (self.document, self.frame) = (document, frame)
    }

    /// Adds to each error what a function knows about it; returns the first explanation.
    mutating func explain(_ explain: (JSONObject) -> (Members, Explanation?)) -> Explanation? {
        var first: Explanation?
        func explained(_ value: JSONValue) -> JSONValue {
            guard let message = value.object, Self.tellsError(message) else { return value }
            let (members, explanation) = explain(message)
            first = first ?? explanation
            return .object(Self.adding(members, to: message))
        }
        document = document.array.map { .array($0.map(explained)) } ?? explained(document)
        return first
    }

    /// Whether it is the result of a tool that says that it failed, and no error of the protocol.
    var isOfTool: Bool { document.object?["result"] != nil }

    /// The answer again.
    var bytes: [UInt8] { frame.before + JSONWriter.bytes(of: document) + frame.after }

    private static func tellsError(_ message: JSONObject) -> Bool {
        message["error"]?.object != nil || message["result"]?.object?["isError"] == true
    }

    private static func adding(_ members: Members, to message: JSONObject) -> JSONObject {
        guard !members.isEmpty else { return message }
        var message = message
        if var error = message["error"]?.object {
            error["data"] = .object(joined(error["data"], members))
            message["error"] = .object(error)
        } else if var result = message["result"]?.object {
            result[MetaKey.meta] = .object(joined(result[MetaKey.meta], [(metaKey, .object(JSONObject(members)))]))
            message["result"] = .object(result)
        }
        return message
    }

    private static func joined(_ value: JSONValue?, _ members: Members) -> JSONObject {
        JSONObject((value?.object?.members.map { ($0.name, $0.value) } ?? []) + members)
    }

    /// MCP 2026-07-28, basic, `_meta`: a key of our own has a prefix.
    private static let metaKey = "static-auth-server/explanation"
    private static let eventHead = Array("event: message\ndata: ".utf8)

    /// Whether `"error":{` or `"isError":true` is in a text.
    ///
    /// One is in every answer that tells an error, and hardly in any other; there is no need to parse those.
    private static func mayTellError(_ text: ArraySlice<UInt8>) -> Bool {
        text.withUnsafeBufferPointer { text in
            guard text.count > errorMark.count else { return false }
            var index = errorMark.count
            while let distance = UnsafeBufferPointer(rebasing: text[index...]).firstIndex(of: UInt8(ascii: ":")) {
                index += distance
                if text[index - 1] == UInt8(ascii: "\""), text[index - 2] == errorMark.last,
                    isMark(text[..<index], text[(index + 1)...])
                {
                    return true
                }
                index += 1
            }
            return false
        }
    }

    private static func isMark(
        _ before: Slice<UnsafeBufferPointer<UInt8>>, _ after: Slice<UnsafeBufferPointer<UInt8>>
    ) -> Bool {
        let name = before.dropLast()
        return after.starts(with: "{".utf8) && name.suffix(errorMark.count).elementsEqual(errorMark)
            || after.starts(with: "true".utf8) && name.suffix(failureMark.count).elementsEqual(failureMark)
    }

    private static let errorMark = Array("\"error".utf8)
    private static let failureMark = Array("\"isError".utf8)
}
