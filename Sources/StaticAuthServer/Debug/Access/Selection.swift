internal import OAuth
internal import Primitives

/// The tokens or sessions that a debug document names: one, all of a subject, or all.
enum Selection {
    case one(Secret)
    case subject(String)
    case all

    /// Reads the one of three members that makes the selection.
    ///
    /// - Parameter name: the member that names a single one: `token`, `session`.
    init(_ document: DebugDocument, one name: String) throws(DebugDocument.Invalid) {
        let members = [name, "subject", "all"]
        let given = members.filter { document.object[$0] != nil }
        guard given.count == 1 else {
            throw DebugDocument.Invalid(
                member: name, expected: "either \(name), or subject, or all: true",
                received: given.isEmpty ? "none of them" : "several: \(SafeText(list: given))")
        }
        if let subject = try document.text("subject") {
            self = .subject(subject)
        } else if let all = try document.truth("all") {
            guard all else { throw document.problem("all", "true") }
            self = .all
        } else {
            guard let text = try document.text(name) else { throw document.problem(name, "text") }
            self = .one(Secret(text))
        }
    }

    /// Whether the selection includes a subject, unless it names a single one.
    func includes(_ subject: String) -> Bool {
        switch self {
        case .one: false
        case .subject(let name): name == subject
        case .all: true
        }
    }

    /// Refuses a selection that found nothing, by its fingerprint.
    func requireFound(_ count: Int, _ name: String, _ expected: String) throws(DebugDocument.Invalid) {
        guard case .one(let secret) = self, count == 0 else { return }
        throw DebugDocument.Invalid(
            member: name, expected: expected, received: "\(secret), which is unknown or over")
    }
}
