import Foundation
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Storing tokens")
struct TokenStoreTests {
    private static let key = StoredTokens.Key(issuer: "https://as", clientID: "c", resource: "https://rs/mcp")

    private static func tokens(_ token: String = "secret-token") throws -> StoredTokens {
        try #require(
            StoredTokens([
                "issuer": "https://as", "client_id": "c", "resource": "https://rs/mcp", "access_token": .string(token),
                "refresh_token": "secret-refresh", "expires_at": 1_800_000_000, "scope": "a b",
            ]))
    }

    private static func storeKey(_ byte: UInt8 = 7) throws -> StoreKey {
        try StoreKey(Base64.standard.encode([UInt8](repeating: byte, count: 32)), from: "MCP_TOKEN_KEY")
    }

    private static func text(of directory: String) throws -> String {
        try FileManager.default.contentsOfDirectory(atPath: directory).map {
            try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8)
        }.joined()
    }

    @Test(
        "Tokens are found only under their own issuer, client and resource",
        .proves(.oneIssuerIsChosen, .tokenFilesArePrivate))
    func roundTrip() async throws {
        try await Bench.run { bench in
            try bench.store.save(try Self.tokens())
            let found = try #require(try bench.store.tokens(Self.key))
            #expect(found.accessToken.reveal() == "secret-token")
            #expect(found.refreshToken?.reveal() == "secret-refresh")
            #expect(found.expiresAt == .seconds(1_800_000_000))
            #expect(found.scope?.description == "a b")
            for other in [
                StoredTokens.Key(issuer: "https://as/", clientID: "c", resource: "https://rs/mcp"),
                .init(issuer: "https://as", clientID: "d", resource: "https://rs/mcp"),
                .init(issuer: "https://as", clientID: "c", resource: "https://rs"),
            ] {
                #expect(try bench.store.tokens(other) == nil)
            }
        }
    }

    @Test("The directory is 0700 and every file 0600, whatever the umask", .proves(.tokenFilesArePrivate))
    func modes() async throws {
        try await Bench.run { bench in
            let before = umask(0)
            defer { umask(before) }
            try bench.store.save(try Self.tokens())
            try await bench.store.locking(Self.key) {}
            let manager = FileManager.default
            func mode(_ path: String) throws -> Int? {
                (try manager.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
            }
            #expect(try mode(bench.directory) == 0o700)
            let names = try manager.contentsOfDirectory(atPath: bench.directory)
            #expect(names.count == 2)
            for name in names { #expect(try mode("\(bench.directory)/\(name)") == 0o600, "\(name)") }
        }
    }

    @Test(
        "Leftovers of a crash do no harm, and the old file stays whole",
        .proves(.tokenFilesArePrivate))
    func crash() async throws {
        try await Bench.run { bench in
            try bench.store.save(try Self.tokens("old"))
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: bench.directory).first)
            let leftover = "\(bench.directory)/\(name).\(getpid()).tmp"
            try Data("{\"half".utf8).write(to: URL(filePath: leftover))
            #expect(try bench.store.tokens(Self.key)?.accessToken.reveal() == "old")
            try bench.store.save(try Self.tokens("new"))
            #expect(try bench.store.tokens(Self.key)?.accessToken.reveal() == "new")
            #expect(!FileManager.default.fileExists(atPath: leftover))
        }
    }

    @Test(
        "With a key the files are unreadable, and only the same key decrypts them", .proves(.tokenFilesArePrivate))
    func encrypted() async throws {
        try await Bench.run(key: try Self.storeKey()) { bench in
            try bench.store.save(try Self.tokens())
            #expect(!(try Self.text(of: bench.directory)).contains("secret"))
            #expect(!(try Self.text(of: bench.directory)).contains("https"))
            #expect(try bench.store.tokens(Self.key)?.accessToken.reveal() == "secret-token")
            let none = TokenStore(directory: bench.directory)
            #expect(throws: ClientError.self) { try none.tokens(Self.key) }
            let wrong = TokenStore(directory: bench.directory, key: try Self.storeKey(8))
            let error = #expect(throws: ClientError.self) { try wrong.tokens(Self.key) }
            #expect(error?.kind == .configuration)
        }
    }

    @Test("A plain file is not accepted in place of an encrypted one", .proves(.tokenFilesArePrivate))
    func plainWithKey() async throws {
        try await Bench.run { bench in
            try bench.store.save(try Self.tokens())
            let keyed = TokenStore(directory: bench.directory, key: try Self.storeKey())
            #expect(throws: ClientError.self) { try keyed.tokens(Self.key) }
        }
    }

    @Test("An encrypted file that was swapped or changed is refused")
    func tampered() async throws {
        let key = try Self.storeKey()
        let sealed = try key.seal(Array("text".utf8), name: "a")
        #expect(key.open(sealed, name: "a") == Array("text".utf8))
        #expect(key.open(sealed, name: "b") == nil)
        for position in sealed.indices {
            var changed = sealed
            changed[position] ^= 1
            #expect(key.open(changed, name: "a") == nil)
        }
        #expect(try key.seal(Array("text".utf8), name: "a") != sealed)
    }

    @Test(
        "The error for an invalid key says how to make one",
        arguments: ["", "short", String(repeating: "a", count: 63), "äöü"])
    func badKey(_ text: String) {
        let error = #expect(throws: ClientError.self) { try StoreKey(text, from: "MCP_TOKEN_KEY") }
        #expect(error?.advice?.description.contains("openssl rand -base64 32") == true)
    }
}
