/// The variables in a configuration file: `${NAME}` and `${NAME:-default}`.
struct Variables {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// Replaces all references in a text; their values are not searched again.
    ///
    /// - Throws: `configuration` for a variable that is not set and has no default, and for an unterminated reference.
    func expand(_ text: String) throws(ClientError) -> String {
        var expanded = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            expanded += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw ClientError(.configuration, "A '${' in the configuration has no '}'.", advice: "Close it.")
            }
            expanded += try value(of: rest[start.upperBound..<end])
            rest = rest[rest.index(after: end)...]
        }
        return expanded + rest
    }

    /// The names in all references in a text.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            rest = rest[start.upperBound...]
            let reference = rest.prefix { $0 != "}" }
            names.append(String(parts(of: reference).name))
            rest = rest[reference.endIndex...]
        }
        return names
    }

    /// The name in a reference, and its default.
    private static func parts(of reference: Substring) -> (name: Substring, fallback: Substring?) {
        guard let mark = reference.firstRange(of: ":-") else { return (reference, nil) }
        return (reference[..<mark.lowerBound], reference[mark.upperBound...])
    }

    private func value(of reference: Substring) throws(ClientError) -> String {
        let parts = Self.parts(of: reference)
        let name = String(parts.name)
        // As in a shell, an empty variable counts as one that is not set.
        if let value = environment[name], !value.isEmpty { return value }
        if let fallback = parts.fallback { return String(fallback) }
        throw ClientError(
            .configuration, "The configuration wants the variable \(name.printable(100)), which is not set.",
            advice: "Set it, or write ${\(name.printable(100)):-default}.")
    }
}
