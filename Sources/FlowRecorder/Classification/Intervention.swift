package import OAuth
package import Primitives

/// A change to credentials or sessions that no client asked for: through `/debug`, by a fault or by a scenario.
package enum Intervention: Sendable {
    /// The credentials concerned.
    package enum Selection: Sendable {
        /// One code or token.
        case one(Digest)
        /// Everything issued for a user, or for the client itself.
        case subject(String)
        case all
    }

    /// A kind of credential.
    package enum Kind: Sendable {
        case code
        case access
        case refresh
    }

    /// Credentials expired early, at a time by the clock of the server.
    case expired(Selection, Set<Kind>, at: Instant)
    /// Credentials were revoked; a single code or refresh token with its whole grant.
    case revoked(Selection)
    /// Sessions were ended.
    case endedSessions([Digest])
    /// Tokens were issued without a flow.
    case issued(access: Secret, refresh: Secret?, subject: String, lifetime: Duration?)
}

extension CredentialHistory {
    /// The early end of a credential or session by an intervention.
    struct Ending: Sendable {
        enum Effect: String, Sendable {
            case expired
            case revoked
            case ended
        }

        let effect: Effect
        /// What brought it about: `POST /debug/reset`.
        let cause: SafeText
        /// The latest request before it.
        let entry: Int
        /// The real time.
        let time: Instant
        /// The expiry that an intervention gave it, by the clock of the server.
        var expiry: Instant?
    }

    /// Records an intervention.
    ///
    /// - Parameters:
    ///   - cause: what intervened: `POST /debug/reset`, `Fault 1`.
    ///   - moment: the latest request before it, and the time by the server's clock.
    ///   - offset: the offset of that clock from the real time.
    mutating func note(
        _ intervention: Intervention, by cause: SafeText, _ moment: EntryReference, offset: Duration
    ) {
        func ending(_ effect: Ending.Effect, expiry: Instant? = nil) -> Ending {
            Ending(
                effect: effect, cause: cause, entry: moment.entry, time: moment.time - offset, expiry: expiry)
        }
        let now = moment.time
        switch intervention {
        case .expired(let selection, let kinds, let expiry):
            end(found(selection, kinds, at: now), ending(.expired, expiry: expiry))
        case .revoked(.one(let digest)):
            let whole = tokens[digest].flatMap { $0.kind == .refresh ? $0.grant : nil } ?? codes[digest]?.grant
            let others = whole.map { grant in found(at: now) { $0 == grant } } ?? []
            end([digest] + others, ending(.revoked))
        case .revoked(let selection):
            end(found(selection, [.code, .access, .refresh], at: now), ending(.revoked))
        case .endedSessions(let digests):
            end(digests.filter { sessions[$0].map(\.isThere) ?? true }, ending(.ended))
        case .issued(let access, let refresh, let subject, let lifetime):
            debugGrants += 1
            let grant = Grant(number: -debugGrants, subject: Digest(of: subject))
            let expires = lifetime.map { moment.time + $0 }
            let origin = Token.Origin.debug(cause, offset: offset)
            for token in [access, refresh].compactMap(\.self) { note(fragmentsOf: token.reveal()) }
            tokens[access.digest] = Token(
                kind: .access, flow: 0, issued: moment, expires: expires, grant: grant, origin: origin)
            if let refresh {
                tokens[refresh.digest] = Token(
                    kind: .refresh, flow: 0, issued: moment, expires: lifetimes.refreshToken.map { moment.time + $0 },
                    grant: grant, origin: origin)
            }
        }
    }

    private mutating func end(_ digests: [Digest], _ ending: Ending) {
        for digest in digests where endings[digest] == nil { endings[digest] = ending }
    }

    private func found(
        _ selection: Intervention.Selection, _ kinds: Set<Intervention.Kind>, at now: Instant
    ) -> [Digest] {
        switch selection {
        case .one(let digest): [digest]
        case .all: found(kinds, at: now) { _ in true }
        case .subject(let name):
            found(kinds, at: now) { [subject = Digest(of: name)] grant in (grant.subject ?? subject) == subject }
        }
    }

    /// The credentials whose time was not over, of grants that have not ended by themselves.
    private func found(
        _ kinds: Set<Intervention.Kind> = [.code, .access, .refresh], at now: Instant, _ includes: (Grant) -> Bool
    ) -> [Digest] {
        func lives(_ grant: Grant) -> Bool { includes(grant) && grantEnds[grant.number] == nil }
        let codes =
            kinds.contains(.code)
            ? codes.keys { $0.redeemed == nil && !$0.isOver(at: now) && lives($0.grant) } : []
        let tokens = tokens.keys { token in
            kinds.contains(token.kind == .access ? .access : .refresh) && token.end == nil && !token.isOver(at: now)
                && lives(token.grant)
        }
        return codes + tokens
    }
}
