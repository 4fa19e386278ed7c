public import Primitives

/// Explanations of parameters that are missing under their names.
///
/// They look at the first ``searched`` bytes of each name and value.
extension FormParameters {
    /// The names that were sent, without those that may be something else.
    public var received: SafeText {
        let (names, empty) = (pairs.map(\.name).filter(Self.isName), valueless.filter(Self.isName))
        guard !names.isEmpty || !empty.isEmpty else {
            return pairs.isEmpty && valueless.isEmpty ? "no parameters" : "nothing that looks like a parameter"
        }
        let parts: [SafeText?] = [
            names.isEmpty ? nil : SafeText(list: names),
            empty.isEmpty ? nil : "\(SafeText(list: empty)) without a value",
        ]
        return SafeText(parts.compactMap(\.self), separator: ", and ")
    }

    /// A sentence about a parameter that is missing, or has no value, which counts as missing (RFC 6749 §3.1).
    func lacks(_ name: ParameterName) -> String {
        guard disguise == nil else {
            return "The parameters are not in the format of a form: name=value, joined with &."
        }
        return "The parameter \(name.rawValue) \(isValueless(name) ? "has no value" : "is missing")."
    }

    /// Whether a parameter came without a value, and not with one.
    public func isValueless(_ name: ParameterName) -> Bool {
        valueless.contains(name.rawValue) && !has(name.rawValue)
    }

    /// Whether there is a parameter of this name, which OAuth may not define, with a value.
    package func has(_ name: String) -> Bool { pairs.contains { $0.name == name } }

    /// A hint about a parameter that is missing under its name: why, or where else it seems to be.
    public func trace(of name: ParameterName) -> SafeText? {
        if let disguise { return disguise.hint }
        if isValueless(name) {
            return "\(name) is there without a value: the variable that should hold it is not set, or empty."
        }
        if isInURL(name) {
            return areAllInURL
                ? "The parameters are in the URL. Send them in the body, as a form."
                : "\(name) is in the URL. Send it in the body, with the other parameters."
        }
        return joint(before: name) ?? spelling(of: name)
    }

    /// A hint about another sign than & before the parameter, which makes it part of the name or value before it.
    private func joint(before name: ParameterName) -> SafeText? {
        let names = pairs.map(\.name) + valueless
        if names.contains("?" + name.rawValue) { return "'?\(name)' was sent. \(SecondQuestionMark.hint)" }
        if names.contains(where: { text in Self.htmlJoints.contains { text == $0 + name.rawValue } }) {
            return "The & before \(name) is written as in HTML, &amp;. Write & alone."
        }
        for pair in pairs {
            guard let joint = Self.joint(in: pair.value, before: name) else { continue }
            let other: SafeText = Self.isName(pair.name) ? "'\(public: pair.name)'" : "another parameter"
            return "\(name) is part of the value of \(other). \(Self.hint(about: joint))"
        }
        for text in valueless {
            let joint =
                text.hasPrefix(name.rawValue + "=") ? UInt8(ascii: "&") : Self.joint(in: text, before: name)
            if let joint { return "\(name) is part of another name. \(Self.hint(about: joint))" }
        }
        return nil
    }

    private static func hint(about joint: UInt8) -> SafeText {
        switch joint {
        case UInt8(ascii: "?"): SecondQuestionMark.hint
        case UInt8(ascii: "&"):
            "The & or the = beside it is percent-encoded. Encode each name and each value by itself, and not what joins "
                + "them."
        case UInt8(ascii: ";"): "Parameters are joined with &, not with ;."
        default: "Parameters are joined with &, and nothing else."
        }
    }

    /// The byte before a parameter's name and = within a text; nil where they are not there.
    private static func joint(in text: String, before name: ParameterName) -> UInt8? {
        let bytes = Array(text.utf8.prefix(searched))
        var rest = bytes[...]
        let wanted = Array((name.rawValue + "=").utf8)
        while let found = rest.firstRange(of: wanted) {
            if found.lowerBound > 0 {
                let joint = bytes[found.lowerBound - 1]
                if "?&;, |\r\n\t".utf8.contains(joint) { return joint }
            }
            rest = rest[found.upperBound...]
        }
        return nil
    }

    private func spelling(of name: ParameterName) -> SafeText? {
        let known = Set(ParameterName.allCases.map(\.rawValue))
        let sent = (pairs.map(\.name) + valueless).filter { Self.isName($0) && !known.contains($0) }
        guard let nearest = SpellingSuggestion.name(to: name.rawValue, among: sent) else { return nil }
        return Self.letters(nearest) == Self.letters(name.rawValue)
            ? "'\(public: nearest)' was sent: the name is '\(name)'."
            : "'\(public: nearest)' was sent. If that is \(name), it is misspelt."
    }

    private static func letters(_ text: String) -> [UInt8] { text.lowercased().utf8.filter(\.isLetter) }

    /// Whether the text may be shown as a name: a body that is no form may become one name with every secret in it.
    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= 30 && text.utf8.allSatisfy { $0.isLetter || "_-".utf8.contains($0) }
    }

    private static let searched = 2048
    private static let htmlJoints = ["amp;", "#38;", "#x26;", "amp;amp;"]
}

/// Another format than a form, in which the bytes of one are.
enum FormDisguise: Sendable {
    case json
    case multipart
    case quoted

    /// Recognizes the format by the first bytes; nil for what may be a form.
    init?(_ bytes: ArraySlice<UInt8>) {
        let start = bytes.prefix(300).drop { " \t\r\n".utf8.contains($0) }
        switch start.first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): self = .json
        case UInt8(ascii: "\""), UInt8(ascii: "'"): self = .quoted
        case UInt8(ascii: "-") where start.firstRange(of: "form-data".utf8) != nil: self = .multipart
        default: return nil
        }
    }

    var hint: SafeText {
        switch self {
        case .json: "What was sent is JSON, though it is called a form. A form is name=value, joined with &."
        case .multipart: "What was sent is multipart/form-data. A form is name=value here, joined with &."
        case .quoted: "What was sent stands within quotation marks. Take them off."
        }
    }
}
