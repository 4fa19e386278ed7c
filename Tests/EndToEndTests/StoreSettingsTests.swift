import Foundation
import TestSupport
import Testing

@Suite("The choice of store")
struct StoreSettingsTests {
    @Test("A store that is none of those there are ends with 64, without repeating what may hold a password")
    func malformed() async throws {
        for text in ["redis:hide-me", "postgres://u:hide-me@h/db", "sqlite:", "memory:"] {
            let binary = try Binary(["--store", text])
            #expect(await binary.exitCode() == 64)
            #expect(binary.standardError.contains("--store: It is not one of memory, sqlite:PATH"))
            #expect(!binary.standardError.contains("hide-me"))
        }
    }

    @Test("The word redis without a variable that says where it is ends with 78")
    func redisWithoutURL() async throws {
        for environment in [[:], ["REDIS_URL": ""]] {
            let binary = try Binary(["--store", "redis"], environment: environment)
            #expect(await binary.exitCode() == 78)
            #expect(binary.standardError.contains("--store: 'redis' stands for the URL in the variable REDIS_URL"))
        }
    }

    @Test("A wait that is no number of seconds ends with 64")
    func malformedWait() async throws {
        for text in ["soon", "-1", "86401"] {
            let binary = try Binary(["--store-wait=\(text)"])
            #expect(await binary.exitCode() == 64)
            #expect(binary.standardError.contains("--store-wait: "))
        }
    }

    #if !SQLite
    @Test("A server built without SQLite says so, with the command that builds it in")
    func withoutSQLite() async throws {
        let binary = try Binary(["--store", "sqlite:grants.sqlite"])
        #expect(await binary.exitCode() == 78)
        #expect(binary.standardError.contains("--store: This server was built without SQLite."))
        #expect(binary.standardError.contains("swift build -c release --product static-auth-server --traits SQLite\n"))
    }
    #endif

    #if !Redis
    @Test("A server built without Redis says so, with the command that builds it in, and shows no password")
    func withoutRedis() async throws {
        let url = "redis://:hide-me@127.0.0.1:6379"
        for (flags, environment, files) in [
            (["--store", url], [:], [:]), (["--store", "redis"], ["REDIS_URL": url], [:]),
            (["--store", "redis"], [:], [".env": "REDIS_URL=\(url)"]),
        ] as [([String], [String: String], [String: String])] {
            let binary = try Binary(flags, environment: environment, files: files)
            #expect(await binary.exitCode() == 78)
            #expect(binary.standardError.contains("--store: This server was built without Redis."))
            #expect(
                binary.standardError.contains("swift build -c release --product static-auth-server --traits Redis\n"))
            #expect(!binary.standardError.contains("hide-me"))
        }
    }
    #endif
}
