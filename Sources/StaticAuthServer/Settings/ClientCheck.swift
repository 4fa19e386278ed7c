internal import OAuth
internal import Primitives

extension Settings {
    /// The problems of the registered client.
    var clientProblems: [Settings.Problem] { credentials + redirects }

    private var credentials: [Settings.Problem] {
        var found: [Settings.Problem] = []
        if clientID.isEmpty || !clientID.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) {
            found.append(.init(.clientID, "A client id is one or more printable ASCII characters."))
        }
        if case .id(let id) = publicClient {
            if id.isEmpty || !id.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) {
                found.append(.init(.publicClient, "A client id is one or more printable ASCII characters."))
            } else if id == clientID {
                found.append(
                    .init(
                        .publicClient, "'\(id)' is the client with the secret; give another id, or none.",
                        isCombination: true))
            }
        }
        if clientSecret.reveal().isEmpty {
            found.append(
                .init(.clientSecret, "The secret is empty; for a client without one use \(wording[.publicMode])."))
        }
        if isOffLoopback, hasDefaultSecret {
            found.append(
                .init(
                    .clientSecret, "The default secret is public, and \(Self.offLoopback); set one of your own.",
                    isCombination: true))
        }
        return found
    }

    private var redirects: [Settings.Problem] {
        let unknown = redirectPreset.filter { RedirectPreset.named($0) == nil }.map { name in
            let known = RedirectPreset.all.map(\.name)
            let question = SpellingSuggestion.question(about: name, among: known)
            return Settings.Problem(
                .redirectPreset,
                "'\(name)' is not a known client"
                    + (question.isEmpty ? "; known are \(known.joined(separator: ", "))." : "." + question))
        }
        let unfit = (redirectURIs ?? []).compactMap { uri -> Settings.Problem? in
            guard let reference = URI(uri), reference.fragment == nil, reference.userinfo == nil else {
                return Settings.Problem(
                    .redirectURIs, "'\(uri)' is not an absolute URI without a fragment and without user information.")
            }
            guard reference.scheme.lowercased() != "http" || reference.isLoopback else {
                return Settings.Problem(
                    .redirectURIs, "'\(uri)' sends codes over plain http to another machine; use https.")
            }
            guard !["javascript", "data", "vbscript", "file", "blob", "about"].contains(reference.scheme.lowercased())
            else {
                return Settings.Problem(.redirectURIs, "'\(uri)' names no application that could receive a code.")
            }
            return nil
        }
        return unknown + unfit
    }
}
