/// Writes JSON for people: two spaces per level, one member per line.
public enum PrettyJSON {
    /// The bytes of a value, with a line feed at the end.
    public static func bytes(of value: JSONValue) -> [UInt8] {
        var text = ""
        write(value, to: &text, indent: "")
        return Array((text + "\n").utf8)
    }

    private static func write(_ value: JSONValue, to text: inout String, indent: String) {
        let inner = indent + "  "
        switch value {
        case .object(let object) where !object.isEmpty:
            let lines = object.members.map { member in
                var line = "\(inner)\(plain(.string(member.name))): "
                write(member.value, to: &line, indent: inner)
                return line
            }
            text += "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { element in
                var line = inner
                write(element, to: &line, indent: inner)
                return line
            }
            text += "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        default: text += plain(value)
        }
    }

    private static func plain(_ value: JSONValue) -> String {
        String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    }
}
