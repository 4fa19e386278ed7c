internal import Primitives

/// The references in a schema, as far as they may lead into the schema itself.
///
/// JSON Schema 2020-12, Core §8.2.3: a JSON pointer, an anchor, or either behind the schema's own `$id`. References to
/// other documents are never followed (MCP 2026-07-28, basic, "`$ref` Resolution").
struct SchemaReferences {
    private static let keywords: Set<String> = ["$ref", "$dynamicRef", "$recursiveRef"]

    private let schema: JSONObject
    private var references: [String] = []

    init(in schema: JSONObject) {
        self.schema = schema
        collect(.object(schema))
    }

    /// The first reference to a property at one of the paths, or to a schema around it.
    ///
    /// - Parameter paths: names of nested properties.
    func first(reaching paths: [[String]]) -> String? {
        guard !paths.isEmpty, !references.isEmpty else { return nil }
        var targets: Set<String> = []
        var documents: Set<String> = [""]
        for path in paths {
            var (node, pointer): (JSONObject?, String) = (schema, "")
            for name in [nil] + path.map(Optional.some) {
                if let name {
                    node = node?["properties"]?.object?[name]?.object
                    pointer += "/properties/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
                }
                targets.insert(pointer)
                for keyword in ["$anchor", "$dynamicAnchor"] {
                    targets.formUnion(node?[keyword]?.string.map { [$0] } ?? [])
                }
                for keyword in ["$id", "id"] { documents.formUnion(node?[keyword]?.string.map(Self.lastPart) ?? []) }
            }
        }
        return references.first { reference in
            let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard !Self.lastPart(parts[0]).isDisjoint(with: documents) else { return false }
            let isOther = !parts[0].isEmpty && parts.count == 1
            return isOther || targets.contains(Self.decoded(parts.count > 1 ? parts[1] : ""))
        }
    }

    /// The last segment of a URL, which a relative reference may name alone; empty for no URL.
    private static func lastPart(_ url: String) -> Set<String> {
        [String(url.prefix { $0 != "#" }.split(separator: "/").last ?? "")]
    }

    /// A fragment without percent-encoding.
    private static func decoded(_ fragment: String) -> String {
        guard fragment.contains("%") else { return fragment }
        var bytes: [UInt8] = []
        var rest = Array(fragment.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Collects the references in a schema, or in a value that may contain some.
    private mutating func collect(_ value: JSONValue) {
        switch value {
        case .object(let object):
            for (name, value) in object.members {
                if Self.keywords.contains(name), let reference = value.string {
                    references.append(reference)
                } else if SchemaPart.maps.contains(name), let schemas = value.object {
                    for member in schemas.members { collect(member.value) }
                } else if !SchemaPart.data.contains(name) {
                    collect(value)
                }
            }
        case .array(let elements): for element in elements { collect(element) }
        default: break
        }
    }
}
