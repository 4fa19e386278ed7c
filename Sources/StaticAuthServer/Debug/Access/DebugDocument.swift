internal import HTTPEdge
internal import OAuth
internal import Primitives

/// A JSON object sent to a debug endpoint, read member by member.
///
/// A mistake is reported by the member's name, the expected form and the kind of the value. The value itself may be a
/// token under a misspelt name, so it is not repeated.
struct DebugDocument {
    /// A mistake in a member.
    struct Invalid: Error {
        /// The path of the member, such as `fault.delay_ms`; empty for the document itself.
        let member: String
        let expected: String
        let received: SafeText
        /// The word that was probably meant.
        var hint: SafeText?
    }

    let object: JSONObject
    private let path: String

    /// Reads the body of a request.
    init(_ request: HTTPRequest) throws(Invalid) {
        do {
            let value = try JSONParser.parse(request.body)
            self.object = value.object ?? [:]
            guard value.object == nil else {
                path = ""
                return
            }
            throw Invalid(member: "", expected: "a JSON object", received: value.kind)
        } catch let problem as Invalid {
            throw problem
        } catch {
            throw Invalid(member: "", expected: "a JSON object", received: "no JSON")
        }
    }

    private init(_ object: JSONObject, path: String) {
        (self.object, self.path) = (object, path)
    }

    /// Refuses unknown members.
    func allowOnly(_ names: [String]) throws(Invalid) {
        for member in object.members where !names.contains(member.name) {
            throw Invalid(
                member: path + member.name, expected: "one of the members \(names.joined(separator: ", "))",
                received: member.value.kind, hint: Self.hint(member.name, names))
        }
    }

    /// The text of a member; nil when it is absent.
    func text(_ name: String, _ expected: String = "text") throws(Invalid) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.string, !text.isEmpty else { throw problem(name, expected) }
        return text
    }

    /// The whole number of a member; nil when it is absent.
    func number(_ name: String, _ range: ClosedRange<Int>) throws(Invalid) -> Int? {
        guard let value = object[name] else { return nil }
        guard let number = value.number?.intValue, range.contains(number) else {
            throw problem(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The truth value of a member; nil when it is absent.
    func truth(_ name: String) throws(Invalid) -> Bool? {
        guard let value = object[name] else { return nil }
        guard let truth = value.bool else { throw problem(name, "true or false") }
        return truth
    }

    /// A member that is one of several words; nil when it is absent.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Invalid) -> Choice? {
        guard let value = object[name] else { return nil }
        guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
            throw problem(name, oneOf: Choice.allCases.map(\.rawValue))
        }
        return choice
    }

    /// The object under a member; nil when it is absent.
    func document(_ name: String) throws(Invalid) -> DebugDocument? {
        guard let value = object[name] else { return nil }
        guard let object = value.object else { throw problem(name, "an object") }
        return DebugDocument(object, path: "\(path)\(name).")
    }

    /// The members as names and texts.
    func texts() throws(Invalid) -> [(name: String, value: String)] {
        var texts: [(name: String, value: String)] = []
        for member in object.members { texts.append((member.name, try text(member.name) ?? "")) }
        return texts
    }

    /// The mistake in a member, or its absence.
    func problem(_ name: String, _ expected: String) -> Invalid {
        Invalid(member: path + name, expected: expected, received: object[name]?.kind ?? "nothing")
    }

    /// The mistake in a member that must be one of a few words, with the one that was probably meant.
    func problem(_ name: String, oneOf words: [String]) -> Invalid {
        var problem = problem(name, "one of " + words.joined(separator: ", "))
        problem.hint = object[name]?.string.flatMap { Self.hint($0, words) }
        return problem
    }

    private static func hint(_ text: String, _ words: [String]) -> SafeText? {
        SpellingSuggestion.name(to: text, among: words).map { "Did you mean '\(public: $0)'?" }
    }
}
