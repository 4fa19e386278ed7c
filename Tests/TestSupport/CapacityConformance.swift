public import MCPCore
public import OAuthServer
public import Testing

/// The rules for a store that is full; each case is checked on empty stores of a given capacity.
///
/// `@Test(arguments: CapacityConformance.allCases)` checks a store against all of them. A store whose capacity is set
/// elsewhere, such as in a database server, has no use for it.
public enum CapacityConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case evictsGrants = "Beyond its capacity of grants the store removes the oldest grants with all their tokens"
    case evictsForTokens = "Beyond its capacity of tokens the store removes the oldest grants with all their tokens"
    case refusesOneTooLarge = "A grant that exceeds the capacity alone is refused"
    case countsWhatIsLeft = "Revoked and expired tokens do not count"
    case leavesNoEmptyGrant = "A grant is removed with its last access token, by revocation or expiry"

    /// The rule as a sentence.
    public var testDescription: String { rawValue }

    /// Checks this rule on stores with a maximum number of grants and tokens.
    public func check(_ make: (_ grants: Int, _ tokens: Int) async throws -> any GrantStore) async throws {
        switch self {
        case .evictsGrants: try await evictsGrants(make(2, 100))
        case .evictsForTokens: try await evictsForTokens(make(100, 4))
        case .refusesOneTooLarge: try await refusesOneTooLarge(make(100, 4))
        case .countsWhatIsLeft: try await countsWhatIsLeft(make(100, 4))
        case .leavesNoEmptyGrant: try await leavesNoEmptyGrant(make(3, 100))
        }
    }

    private func evictsGrants(_ store: any GrantStore) async throws {
        let samples = ["a", "b", "c"].map { SampleGrant($0) }
        for sample in samples {
            try await store.insert(sample.code)
            #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
        }
        for (sample, isKept) in zip(samples, [false, true, true]) {
            #expect((try await store.code(sample.code.digest) != nil) == isKept)
            #expect((try await store.accessToken(sample.access(1).digest) != nil) == isKept)
            #expect((try await store.refreshToken(sample.refresh(1).digest) != nil) == isKept)
        }
        let replay = try await store.exchange(code: samples[1].code.digest, for: samples[1].tokens(2))
        #expect(replay == .replayed(samples[1].grant.id))
    }

    private func evictsForTokens(_ store: any GrantStore) async throws {
        let samples = ["a", "b", "c"].map { SampleGrant($0) }
        for sample in samples { #expect(try await store.insert(sample.tokens(1)) == .done) }
        for (sample, isKept) in zip(samples, [false, true, true]) {
            #expect((try await store.accessToken(sample.access(1).digest) != nil) == isKept)
        }
    }

    private func refusesOneTooLarge(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        #expect(try await store.insert(sample.tokens(1)) == .done)
        #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
        #expect(try await store.rotate(refreshToken: sample.refresh(2).digest, for: sample.tokens(3)) == .unknown)
        #expect(try await store.accessToken(sample.access(3).digest) == nil)
    }

    private func countsWhatIsLeft(_ store: any GrantStore) async throws {
        let (kept, revoked, brief, last) = (SampleGrant("a"), SampleGrant("b"), SampleGrant("c"), SampleGrant("d"))
        #expect(try await store.insert(kept.tokens(9)) == .done)
        #expect(try await store.insert(revoked.tokens(1)) == .done)
        try await store.revoke(revoked.grant.id)
        #expect(try await store.insert(brief.tokens(1, withRefreshToken: false)) == .done)
        #expect(try await store.insert(brief.tokens(2, withRefreshToken: false)) == .done)
        try await store.removeExpired(before: brief.access(3).expiresAt)
        #expect(try await store.insert(last.tokens(1)) == .done)
        #expect(try await store.refreshToken(kept.refresh(9).digest) == kept.refresh(9))
        #expect(try await store.accessToken(kept.access(9).digest) == kept.access(9))
    }

    private func leavesNoEmptyGrant(_ store: any GrantStore) async throws {
        let (kept, renewable) = (SampleGrant("kept"), SampleGrant("renewable"))
        #expect(try await store.insert(kept.tokens(9)) == .done)
        #expect(try await store.insert(renewable.tokens(9)) == .done)
        try await store.revoke(accessToken: renewable.access(9).digest)
        for number in 1...6 {
            let brief = SampleGrant("\(number)")
            try await store.insert(brief.code)
            let tokens = brief.tokens(1, withRefreshToken: false)
            #expect(try await store.exchange(code: brief.code.digest, for: tokens) == .done)
            if number % 2 == 0 {
                try await store.removeExpired(before: brief.access(2).expiresAt)
            } else {
                try await store.revoke(accessToken: brief.access(1).digest)
            }
            #expect(try await store.code(brief.code.digest) == nil)
        }
        #expect(try await store.accessToken(kept.access(9).digest) == kept.access(9))
        let next = try await store.rotate(refreshToken: renewable.refresh(9).digest, for: renewable.tokens(10))
        #expect(next == .done)
    }
}

extension SessionStoreConformance {
    /// Checks that a store with room for two of three sessions forgets the one unused for longest.
    public static func checkCapacity(_ make: (_ sessions: Int) async throws -> any SessionStore) async throws {
        let store = try await make(2)
        for number in [1, 2] { try await store.insert(session(number, expiry: second(100 + number))) }
        #expect(try await store.session(session(1).digest, at: second(50), keptUntil: second(150)) != nil)
        try await store.insert(session(3, expiry: second(120)))
        for (number, isKept) in [(1, true), (2, false), (3, true)] {
            let found = try await store.session(session(number).digest, at: second(60), keptUntil: second(150))
            #expect((found != nil) == isKept)
        }
    }
}
