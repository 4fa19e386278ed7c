internal import Primitives

extension Explanation {
    /// The parts that there are, as JSON.
    var json: JSONObject {
        var object: JSONObject = [:]
        object["expected"] = expected.map { .string($0.text) }
        object["received"] = received.map { .string($0.text) }
        object["hint"] = hint.map { .string($0.text) }
        return object
    }
}
