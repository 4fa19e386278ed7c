internal import FlowRecorder
internal import OAuth
internal import Primitives

extension Scenario {
    /// All scenarios, in the order in which a client meets their changes.
    public static let all =
        discovery + clientAuthentication + authorization + tokens + refresh + lifetimes + resourceIndicators + scopes
        + protectedResource + sessions

    /// The scenario with a name.
    public static func named(_ name: String) -> Scenario? { byName[name] }

    /// The names of those that make a kind of credentials expire early.
    static func shortening(_ kind: Intervention.Kind) -> Set<String> {
        Set(all.filter { $0.shortens == kind }.map(\.name))
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The hint for an unknown name: similar names, otherwise where to find the list.
    static func advice(for name: String, _ wording: Wording) -> String {
        let names = all.map(\.name)
        var near = names.filter { isNear($0, name) }
        if near.isEmpty { near = SpellingSuggestion.name(to: name, among: names).map { [$0] } ?? [] }
        return near.isEmpty
            ? "the name of a scenario; \(wording[.scenarios]) lists them"
            : "the name of a scenario, perhaps \(near.joined(separator: " or "))"
    }

    /// All scenarios as one JSON document.
    public static var json: String { String(decoding: JSONWriter.bytes(of: listing), as: UTF8.self) }

    /// All scenarios as text for people.
    public static var text: String {
        all.map { scenario in
            """
            \(scenario.name)
              What the server does  \(scenario.effect)
              Specification         \(scenario.reference): \(scenario.reason)
              Known to be affected  \(scenario.affected.isEmpty ? "none" : scenario.affected.joined(separator: ", "))
              A correct client      \(scenario.correctClient)

            """
        }.joined(separator: "\n")
    }

    static var listing: JSONObject { ["scenarios": .array(all.map { .object($0.json) })] }

    var json: JSONObject {
        [
            "name": .string(name), "effect": .string(effect), "reference": .string(reference),
            "reason": .string(reason), "affected": .array(affected.map { .string($0) }),
            "correct_client": .string(correctClient),
        ]
    }

    /// Whether one name could be meant by the other: it is part of it, or differs by a few letters.
    private static func isNear(_ name: String, _ other: String) -> Bool {
        guard other.utf8.count <= 64 else { return false }
        let isPart = other.count >= 3 && (name.contains(other) || other.contains(name))
        return isPart || SpellingSuggestion.distance(Array(name.utf8), Array(other.lowercased().utf8)) <= 2
    }
}
