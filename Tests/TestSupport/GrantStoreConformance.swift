internal import OAuth
public import OAuthServer
public import Primitives
public import Testing

/// The contract of ``GrantStore``; each case is a rule that is checked on an empty store.
///
/// `@Test(arguments: GrantStoreConformance.allCases)` checks a store against all of them.
public enum GrantStoreConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case keepsRecords = "Records are read as they were inserted"
    case readingSpendsNothing = "Reading spends nothing"
    case unknownIsUnknown = "An unknown code or token cannot be read or spent"
    case exchangesOnce = "Of 64 concurrent exchanges of a code one is done, and only its tokens are stored"
    case rotatesOnce = "Of 64 concurrent rotations of a refresh token one is done, and only its tokens are stored"
    case recognisesReplay = "A second use of a code or refresh token of any generation is a replay"
    case revokesWhole = "A revoked grant loses all its codes and tokens, and other grants none"
    case staysRevoked = "Nothing is stored for a revoked grant"
    case revokesWhileInserting = "Tokens inserted while their grant is being revoked do not survive it"
    case revokesOne = "A revoked access token leaves the rest of its grant alone"
    case expires = "Housekeeping removes what expired before its instant, and nothing that expires at it"
    case keepsSpentWhileAlive = "A replay is recognised after the code's expiry, as long as its grant lives"

    /// The rule as a sentence.
    public var testDescription: String { rawValue }

    /// Checks this rule on an empty store.
    public func check(_ store: any GrantStore) async throws {
        switch self {
        case .keepsRecords: try await keepsRecords(store)
        case .readingSpendsNothing: try await readingSpendsNothing(store)
        case .unknownIsUnknown: try await unknownIsUnknown(store)
        case .exchangesOnce: try await exchangesOnce(store)
        case .rotatesOnce: try await rotatesOnce(store)
        case .recognisesReplay: try await recognisesReplay(store)
        case .revokesWhole: try await revokesWhole(store)
        case .staysRevoked: try await staysRevoked(store)
        case .revokesWhileInserting: try await revokesWhileInserting(store)
        case .revokesOne: try await revokesOne(store)
        case .expires: try await expires(store)
        case .keepsSpentWhileAlive: try await keepsSpentWhileAlive(store)
        }
    }

    private func keepsRecords(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        let machine = SampleGrant("b", userName: nil)
        try await store.insert(sample.code)
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
        #expect(try await store.insert(machine.tokens(1, withRefreshToken: false)) == .done)

        #expect(try await store.code(sample.code.digest) == sample.spentCode)
        #expect(try await store.accessToken(sample.access(1).digest) == sample.access(1))
        #expect(try await store.refreshToken(sample.refresh(1).digest) == sample.refresh(1))
        #expect(try await store.accessToken(machine.access(1).digest) == machine.access(1))
    }

    private func readingSpendsNothing(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        try await store.insert(sample.code)
        for _ in 1...3 { #expect(try await store.code(sample.code.digest) == sample.code) }
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
        for _ in 1...3 { #expect(try await store.refreshToken(sample.refresh(1).digest) == sample.refresh(1)) }
        #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
    }

    private func unknownIsUnknown(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        #expect(try await store.code(sample.code.digest) == nil)
        #expect(try await store.accessToken(sample.access(1).digest) == nil)
        #expect(try await store.refreshToken(sample.refresh(1).digest) == nil)
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .unknown)
        #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .unknown)
        for number in 1...2 { #expect(try await store.accessToken(sample.access(number).digest) == nil) }
        try await store.revoke(sample.grant.id)
        try await store.revoke(accessToken: sample.access(1).digest)
    }

    private func exchangesOnce(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        try await store.insert(sample.code)
        try await expectOneWinner(sample, store) { number in
            try await store.exchange(code: sample.code.digest, for: sample.tokens(number))
        }
    }

    private func rotatesOnce(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        #expect(try await store.insert(sample.tokens(0)) == .done)
        try await expectOneWinner(sample, store) { number in
            try await store.rotate(refreshToken: sample.refresh(0).digest, for: sample.tokens(number))
        }
    }

    private func expectOneWinner(
        _ sample: SampleGrant, _ store: any GrantStore, attempt: @escaping @Sendable (Int) async throws -> SpendOutcome
    ) async throws {
        let outcomes = try await withThrowingTaskGroup(of: (Int, SpendOutcome).self) { group in
            for number in 1...64 { group.addTask { (number, try await attempt(number)) } }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.values.count { $0 == .done } == 1)
        #expect(outcomes.values.count { $0 == .replayed(sample.grant.id) } == 63)
        for (number, outcome) in outcomes {
            #expect((try await store.accessToken(sample.access(number).digest) != nil) == (outcome == .done))
            #expect((try await store.refreshToken(sample.refresh(number).digest) != nil) == (outcome == .done))
        }
    }

    private func recognisesReplay(_ store: any GrantStore) async throws {
        let sample = try await rotatedTwice(SampleGrant("a"), store)
        let replay = SpendOutcome.replayed(sample.grant.id)
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(9)) == replay)
        for number in 1...2 {
            let spent = sample.refresh(number).digest
            #expect(try await store.refreshToken(spent)?.spentAt == sample.access(number + 1).issuedAt)
            #expect(try await store.rotate(refreshToken: spent, for: sample.tokens(9)) == replay)
        }
        #expect(try await store.accessToken(sample.access(9).digest) == nil)
        #expect(try await store.refreshToken(sample.refresh(3).digest)?.isSpent == false)
    }

    private func revokesWhole(_ store: any GrantStore) async throws {
        let sample = try await rotatedTwice(SampleGrant("a"), store)
        let other = try await rotatedTwice(SampleGrant("b"), store)
        try await store.revoke(sample.grant.id)
        try await store.revoke(sample.grant.id)

        #expect(try await store.code(sample.code.digest) == nil)
        #expect(try await store.code(other.code.digest) == other.spentCode)
        for number in 1...3 {
            #expect(try await store.accessToken(sample.access(number).digest) == nil)
            #expect(try await store.refreshToken(sample.refresh(number).digest) == nil)
            #expect(try await store.accessToken(other.access(number).digest) == other.access(number))
        }
        #expect(try await store.rotate(refreshToken: other.refresh(3).digest, for: other.tokens(4)) == .done)
    }

    private func staysRevoked(_ store: any GrantStore) async throws {
        let sample = try await rotatedTwice(SampleGrant("a"), store)
        try await store.revoke(sample.grant.id)
        try await store.removeExpired(before: sample.start)

        try await store.insert(sample.code)
        #expect(try await store.code(sample.code.digest) == nil)
        #expect(try await store.insert(sample.tokens(4)) == .unknown)
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(4)) == .unknown)
        #expect(try await store.rotate(refreshToken: sample.refresh(3).digest, for: sample.tokens(4)) == .unknown)
        #expect(try await store.accessToken(sample.access(4).digest) == nil)
        #expect(try await store.refreshToken(sample.refresh(4).digest) == nil)
    }

    private func revokesWhileInserting(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        #expect(try await store.insert(sample.tokens(0)) == .done)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...64 {
                group.addTask { _ = try await store.insert(sample.tokens(number)) }
                if number == 32 { group.addTask { try await store.revoke(sample.grant.id) } }
            }
            try await group.waitForAll()
        }
        for number in 0...64 {
            #expect(try await store.accessToken(sample.access(number).digest) == nil)
            #expect(try await store.refreshToken(sample.refresh(number).digest) == nil)
        }
    }

    private func revokesOne(_ store: any GrantStore) async throws {
        let sample = try await rotatedTwice(SampleGrant("a"), store)
        try await store.revoke(accessToken: sample.access(3).digest)
        #expect(try await store.accessToken(sample.access(3).digest) == nil)
        #expect(try await store.accessToken(sample.access(2).digest) == sample.access(2))
        #expect(try await store.rotate(refreshToken: sample.refresh(3).digest, for: sample.tokens(4)) == .done)
    }

    private func expires(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        let abandoned = SampleGrant("b")
        try await store.insert(abandoned.code)
        for number in 1...2 { #expect(try await store.insert(sample.tokens(number)) == .done) }

        try await store.removeExpired(before: abandoned.code.expiresAt)
        #expect(try await store.code(abandoned.code.digest) == abandoned.code)
        try await store.removeExpired(before: abandoned.code.expiresAt + .seconds(1))
        #expect(try await store.code(abandoned.code.digest) == nil)

        try await store.removeExpired(before: sample.access(1).expiresAt)
        #expect(try await store.accessToken(sample.access(1).digest) == sample.access(1))
        try await store.removeExpired(before: sample.access(2).expiresAt)
        #expect(try await store.accessToken(sample.access(1).digest) == nil)
        #expect(try await store.accessToken(sample.access(2).digest) == sample.access(2))
        #expect(try await store.refreshToken(sample.refresh(1).digest) == sample.refresh(1))

        try await store.removeExpired(before: sample.refresh(2).expiresAt)
        #expect(try await store.refreshToken(sample.refresh(1).digest) == nil)
        #expect(try await store.refreshToken(sample.refresh(2).digest) == sample.refresh(2))
    }

    private func keepsSpentWhileAlive(_ store: any GrantStore) async throws {
        let sample = try await rotatedTwice(SampleGrant("a"), store)
        try await store.removeExpired(before: sample.refresh(2).expiresAt + .seconds(1))
        #expect(try await store.refreshToken(sample.refresh(3).digest) == sample.refresh(3))
        #expect(
            try await store.exchange(code: sample.code.digest, for: sample.tokens(9)) == .replayed(sample.grant.id))
        for number in 1...2 {
            let spent = sample.refresh(number).digest
            #expect(
                try await store.rotate(refreshToken: spent, for: sample.tokens(9)) == .replayed(sample.grant.id))
        }
        try await store.removeExpired(before: sample.refresh(3).expiresAt + .seconds(1))
        #expect(try await store.code(sample.code.digest) == nil)
        #expect(try await store.refreshToken(sample.refresh(1).digest) == nil)
    }

    private func rotatedTwice(_ sample: SampleGrant, _ store: any GrantStore) async throws -> SampleGrant {
        try await store.insert(sample.code)
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
        for number in 1...2 {
            let spent = sample.refresh(number).digest
            #expect(try await store.rotate(refreshToken: spent, for: sample.tokens(number + 1)) == .done)
        }
        return sample
    }
}

/// A grant with a code and any number of tokens, all derived from its name.
///
/// Each token expires one second after the one before.
public struct SampleGrant: Sendable {
    /// The time of issue, far in the future for stores that also use a clock of their own.
    public let start: Instant
    /// The grant.
    public let grant: GrantRecord
    private let name: String

    /// Derives a grant from a name.
    public init(_ name: String, userName: String? = "demo_user", at start: Instant = .seconds(4_000_000_000)) {
        self.name = name
        self.start = start
        grant = GrantRecord(
            id: GrantID(from: { Array(Digest(of: name).bytes.prefix($0)) }), clientID: "client of \(name)",
            subject: userName ?? "client", userName: userName, scope: Scope(["user", "echo"]),
            audience: "http://127.0.0.1:9003/mcp", issuer: "http://127.0.0.1:9003",
            expiresAt: start + .seconds(90 * 86_400))
    }

    /// The code, which expires after five minutes.
    public var code: CodeRecord { code(isSpent: false) }

    /// The code after its exchange.
    public var spentCode: CodeRecord { code(isSpent: true) }

    private func code(isSpent: Bool) -> CodeRecord {
        CodeRecord(
            digest: Digest(of: "\(name) code"), grant: grant, redirectURI: "http://localhost:3031/callback",
            challenge: Self.challenge, expiresAt: start + .seconds(300), isSpent: isSpent)
    }

    /// The access token with a number, which expires after an hour and as many seconds.
    public func access(_ number: Int) -> AccessTokenRecord {
        AccessTokenRecord(
            digest: Digest(of: "\(name) access \(number)"), grant: grant, scope: Scope(["user"]), issuedAt: start,
            expiresAt: start + .seconds(3600 + number))
    }

    /// The refresh token with a number, which expires after thirty days and as many seconds.
    public func refresh(_ number: Int) -> RefreshTokenRecord {
        RefreshTokenRecord(
            digest: Digest(of: "\(name) refresh \(number)"), grant: grant, issuedAt: start,
            expiresAt: start + .seconds(30 * 86_400 + number))
    }

    /// Both tokens with a number, or the access token alone.
    public func tokens(_ number: Int, withRefreshToken: Bool = true) -> IssuedTokens {
        IssuedTokens(accessToken: access(number), refreshToken: withRefreshToken ? refresh(number) : nil)
    }

    private static let challenge = CodeChallenge(of: .random(from: { [UInt8](repeating: 7, count: $0) }))
}
