internal import OAuth
internal import Primitives

/// The findings about requests without a key of their flow, such as those from before an authorization.
///
/// Where several clients have the same user agent, only a request that says who its client is accuses a client with a
/// name.
struct EarlyFindings: Sendable {
    /// The findings about requests that say who their client is, and about all others.
    private(set) var named = Findings()
    private(set) var nameless = Findings()

    var isEmpty: Bool { named.isEmpty && nameless.isEmpty }

    subscript(isNamed isNamed: Bool) -> Findings {
        get { isNamed ? named : nameless }
        set { if isNamed { named = newValue } else { nameless = newValue } }
    }

    /// All of them.
    var all: Findings {
        var findings = named
        findings.merge(nameless)
        return findings
    }

    /// Removes what some requests show, and returns it.
    mutating func take(_ entries: Set<Int>) -> EarlyFindings {
        var taken = EarlyFindings()
        (taken.named, taken.nameless) = (named.take(entries), nameless.take(entries))
        return taken
    }

    mutating func merge(_ others: EarlyFindings) {
        if !others.named.isEmpty { named.merge(others.named) }
        if !others.nameless.isEmpty { nameless.merge(others.nameless) }
    }
}

extension ClassifiedExchange {
    /// Whether a request without a token in its header tells whose it is: by a name, a session, or a token in its URL.
    var tellsClient: Bool {
        clientInfo != nil || requestFields.session != nil || !(query?.values(.accessToken) ?? []).isEmpty
    }
}
