internal import HTTPEdge
internal import MCP

/// A JSON object that somebody sends to the debug features, read member by member.
///
/// Whatever does not fit is told by name, with what would have fitted and what came.
struct DebugDocument {
    /// A member that is not as it should be.
    struct Problem: Error {
        /// Where it is: `fault.delay_ms`; empty for the document itself.
        let member: String
        let expected: String
        let received: String
    }

    let object: JSONObject
    private let path: String

    /// Reads the body of a request.
    init(_ request: HTTPRequest) throws(Problem) {
        do {
            let value = try JSONParser.parse(request.body)
            self.object = value.object ?? [:]
            guard value.object == nil else {
                path = ""
                return
            }
            throw Problem(member: "", expected: "a JSON object", received: Self.shown(value))
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(member: "", expected: "a JSON object", received: "no JSON")
        }
    }

    private init(_ object: JSONObject, path: String) {
        (self.object, self.path) = (object, path)
    }

    /// Refuses members that have no meaning here.
    func allowOnly(_ names: [String]) throws(Problem) {
        for member in object.members where !names.contains(member.name) {
            throw Problem(
                member: path + member.name, expected: "one of the members \(names.joined(separator: ", "))",
                received: Self.shown(member.value))
        }
    }

    /// The text of a member; nil when it is absent.
    func text(_ name: String, _ expected: String = "text") throws(Problem) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.string, !text.isEmpty else { throw problem(name, expected) }
        return text
    }

    /// The whole number of a member; nil when it is absent.
    func number(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let value = object[name] else { return nil }
        guard let number = value.number?.intValue, range.contains(number) else {
            throw problem(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The truth value of a member; nil when it is absent.
    func truth(_ name: String) throws(Problem) -> Bool? {
        guard let value = object[name] else { return nil }
        guard let truth = value.bool else { throw problem(name, "true or false") }
        return truth
    }

    /// One of several words; nil when the member is absent.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Choice? {
        guard let value = object[name] else { return nil }
        guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
            throw problem(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    /// The object under a member; nil when it is absent.
    func document(_ name: String) throws(Problem) -> DebugDocument? {
        guard let value = object[name] else { return nil }
        guard let object = value.object else { throw problem(name, "an object") }
        return DebugDocument(object, path: "\(path)\(name).")
    }

    /// The members as names and texts.
    func texts() throws(Problem) -> [(name: String, value: String)] {
        var texts: [(name: String, value: String)] = []
        for member in object.members { texts.append((member.name, try text(member.name) ?? "")) }
        return texts
    }

    /// Says what is wrong with a member, or with its absence.
    func problem(_ name: String, _ expected: String) -> Problem {
        Problem(member: path + name, expected: expected, received: object[name].map(Self.shown) ?? "nothing")
    }

    private static func shown(_ value: JSONValue) -> String {
        let text = String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
        return text.count <= 100 ? text : text.prefix(100) + "…"
    }
}
