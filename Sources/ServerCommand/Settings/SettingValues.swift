internal import Primitives

// The parsers of the texts of settings.

func one(_ texts: [String]) throws(MalformedValue) -> String {
    guard texts.count == 1, let text = texts.first else { throw .init(reason: "It is given more than once.") }
    guard !text.isEmpty else { throw .init(reason: "It is empty; give a value or leave it out.") }
    return text
}

func some(_ texts: [String]) throws(MalformedValue) -> [String] {
    guard texts.contains(where: { !$0.isEmpty }) else {
        throw .init(reason: "It is empty; give a value or leave it out.")
    }
    return texts
}

func number(_ texts: [String], or words: String? = nil) throws(MalformedValue) -> Int {
    let text = try one(texts)
    guard let number = Int(text), text.first != "+" else {
        throw .init(reason: "'\(text)' is not a whole number\(words.map { ", nor \($0)" } ?? "").")
    }
    return number
}

func seconds(_ texts: [String], or words: String? = nil) throws(MalformedValue) -> Duration {
    .seconds(try number(texts, or: words))
}

func truth(_ texts: [String]) throws(MalformedValue) -> Bool {
    switch try one(texts) {
    case "true", "1": true
    case "false", "0": false
    case let text: throw .init(reason: "'\(text)' is not true or false.")
    }
}

func choice<Value>(_ texts: [String]) throws(MalformedValue) -> Value
where Value: RawRepresentable<String> & CaseIterable {
    let text = try one(texts)
    guard let value = Value(rawValue: text) else {
        let known = Value.allCases.map(\.rawValue)
        let question = SpellingSuggestion.question(about: text, among: known)
        throw .init(reason: "'\(text)' is not one of \(known.joined(separator: ", ")).\(question)")
    }
    return value
}

func pair(
    _ text: String, separator: Character, form: String
) throws(MalformedValue) -> (String, String) {
    guard let mark = text.firstIndex(of: separator), mark != text.startIndex else {
        throw .init(reason: "A value does not have the form \(form).")
    }
    return (String(text[..<mark]), String(text[text.index(after: mark)...]))
}
