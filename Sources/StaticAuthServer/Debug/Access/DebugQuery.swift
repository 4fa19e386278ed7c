internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The query of a debug request: known parameters, each at most once.
struct DebugQuery {
    private let values: [String: String]

    /// Reads a query.
    ///
    /// - Parameter known: the parameters of the path.
    /// - Throws: `invalid_request` with the known parameters.
    init(_ request: HTTPRequest, _ known: [String]) throws(OAuthError) {
        var values: [String: String] = [:]
        for (name, value) in try request.queryParameters().fields {
            guard known.contains(name) else {
                let list = known.isEmpty ? "none" : known.joined(separator: ", ")
                throw OAuthError(
                    .invalidRequest, "There is no such parameter here. There are: \(list).",
                    Explanation(
                        expected: "no parameter but \(public: list)", received: "'\(public: name)'",
                        hint: SpellingSuggestion.name(to: name, among: known).map { "Did you mean '\(public: $0)'?" }))
            }
            guard values.updateValue(value.reveal(), forKey: name) == nil else {
                throw OAuthError(.invalidRequest, "The parameter \(name) is sent more than once; send it once.")
            }
        }
        self.values = values
    }

    /// The value of a parameter.
    subscript(name: String) -> String? { values[name] }

    /// The values of a parameter that is a list with commas.
    func list(_ name: String) -> [String]? {
        values[name].map { $0.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingSpaces() } }
    }

    /// The value of a parameter that is a whole number.
    func number(_ name: String, in range: ClosedRange<Int>) throws(OAuthError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let most = range.upperBound == .max ? "or more" : "to \(range.upperBound)"
            throw OAuthError(.invalidRequest, "\(name) is a number from \(range.lowerBound) \(most).")
        }
        return number
    }

    /// The value of the parameter `since`: the number of a request, or a time.
    func since() throws(OAuthError) -> Since? {
        guard let text = values["since"] else { return nil }
        guard let since = Since(text) else {
            throw OAuthError(
                .invalidRequest, "since is the id of an entry, or a time in UTC such as 2026-07-28T12:00:00Z.")
        }
        return since
    }

    /// The value of a parameter that is one of a few words; the first of them when it is absent.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ choices: Choice.Type, default value: Choice
    ) throws(OAuthError) -> Choice {
        guard let text = values[name] else { return value }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw OAuthError(.invalidRequest, "\(name) is one of \(known).")
        }
        return choice
    }
}
