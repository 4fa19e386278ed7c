internal import MCPClient
internal import MCPCore
internal import Primitives

/// Turns `name=value` into arguments of the types in a tool's schema.
struct ArgumentPairs {
    let schema: JSONObject

    /// The arguments.
    ///
    /// - Throws: `usage` for text that is not a pair, or a value of another type.
    func object(_ pairs: [String]) throws(ClientError) -> JSONObject {
        var arguments: JSONObject = [:]
        for pair in pairs {
            guard let mark = pair.firstIndex(of: "="), mark != pair.startIndex else {
                throw ClientError(.usage, "'\(pair)' is no argument.", advice: "Write name=value.")
            }
            let name = String(pair[..<mark])
            arguments[name] = try value(String(pair[pair.index(after: mark)...]), of: name)
        }
        return arguments
    }

    private func value(_ text: String, of name: String) throws(ClientError) -> JSONValue {
        let type = schema["properties"]?.object?[name]?.object?["type"]?.string ?? "string"
        if type == "string" { return .string(text) }
        guard let value = try? JSONParser.parse(Array(text.utf8)), Self.kind(of: value, fits: type) else {
            throw ClientError(
                .usage, "The argument \(name) has to be of the type \(type).", advice: "'\(text)' is not.")
        }
        return value
    }

    private static func kind(of value: JSONValue, fits type: String) -> Bool {
        switch type {
        case "integer": value.number?.isInteger ?? false
        case "number": value.number != nil
        case "boolean": value.bool != nil
        case "array": value.array != nil
        case "object": value.object != nil
        default: true
        }
    }
}
