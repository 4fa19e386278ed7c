import Primitives
@testable import MCPCore

/// The JSON parser accepts what RFC 8259 accepts, except for three things that it refuses on purpose; an accepted value
/// is written on one line and reads as the same value.
enum JSONTarget: Target {
    static let name = "json"

    /// Depth, names that occur twice, and lone surrogates: allowed by the grammar, refused here.
    private static let refusedOnPurpose = ["nested more than", "a name occurs twice", "surrogate"]

    static func feed(_ input: [UInt8]) {
        do {
            let value = try JSONParser.parse(input)
            promise(JSONGrammar.accepts(input), "what is accepted is JSON")
            promise(depth(of: value) <= JSONParser.depthLimit, "nesting ends at the limit")
            let written = JSONWriter.bytes(of: value)
            promise(written.allSatisfy { $0 >= 0x20 }, "what is written fits one line")
            guard let again = try? JSONParser.parse(written) else {
                fatalError("broken promise: what is written reads")
            }
            promise(again == value, "what is written reads as the same value")
            promise(JSONWriter.bytes(of: again) == written, "it is written the same way again")
            feed(message: value)
        } catch {
            promise(error.offset <= input.count, "an error is within the text")
            guard !refusedOnPurpose.contains(where: error.problem.contains) else { return }
            promise(!JSONGrammar.accepts(input), "what is refused is not JSON: \(error.problem)")
        }
    }

    /// An accepted id is returned unchanged.
    private static func feed(message value: JSONValue) {
        guard case .request(let request)? = try? Message(value) else { return }
        promise(request.id.json == value.object?["id"], "an id goes back as it came")
        promise(JSONWriter.bytes(of: request.id.json).count <= 6 * RequestID.longest + 2, "an id has a limit")
    }

    private static func depth(of value: JSONValue) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let object): 1 + (object.members.map { depth(of: $0.value) }.max() ?? 0)
        default: 0
        }
    }
}
