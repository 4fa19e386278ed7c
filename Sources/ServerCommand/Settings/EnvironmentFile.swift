internal import Primitives
internal import StaticAuthServer

/// The lines of a `.env` file.
///
/// `NAME=value`, optionally after `export`; single or double quotes around a value are removed, and in double quotes
/// `\"`, `\\` and `\n` are read as in a shell. Empty lines and lines that begin with `#` are skipped; after an unquoted
/// value, ` #` begins a comment. Nothing is expanded.
struct EnvironmentFile {
    let entries: [SettingsLoader.Entry]
    /// Malformed lines.
    let problems: [String]

    init(path: String) throws(Files.Failure) {
        let text = try Files.text(of: path, atMost: 1 << 20)
        self.init(text: text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text)
    }

    init(text: String) {
        var entries: [SettingsLoader.Entry] = []
        var problems: [String] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingSpaces()
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            if let entry = Self.entry(line) {
                entries.append(entry)
            } else {
                problems.append("Line \(index + 1) does not have the form NAME=value.")
            }
        }
        self.entries = entries
        self.problems = problems
    }

    private static func entry(_ line: String) -> SettingsLoader.Entry? {
        let line = line.hasPrefix("export ") ? String(line.dropFirst("export ".count)) : line
        guard let mark = line.firstIndex(of: "=") else { return nil }
        let name = line[..<mark].trimmingSpaces()
        let isName =
            !name.isEmpty && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || Character(.init($0)).isAlphanumeric }
        guard isName, let text = value(line[line.index(after: mark)...].trimmingSpaces()) else { return nil }
        return .init(name: name, text: text)
    }

    private static func value(_ text: String) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            let comment = text.indices.first { index in
                text[index] == "#" && (index == text.startIndex || text[text.index(before: index)] == " ")
            }
            return text[..<(comment ?? text.endIndex)].trimmingSpaces()
        }
        var value = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == quote {
                let tail = rest.trimmingSpaces()
                return tail.isEmpty || tail.hasPrefix("#") ? value : nil
            }
            guard character == "\\", quote == "\"", let escaped = rest.popFirst() else {
                value.append(character)
                continue
            }
            switch escaped {
            case "n": value.append("\n")
            case "\"", "\\", "$": value.append(escaped)
            default: value.append("\\\(escaped)")
            }
        }
        return nil
    }
}

extension Character {
    fileprivate var isAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}
