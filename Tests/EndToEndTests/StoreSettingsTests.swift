import Foundation
import Testing
import TestSupport

@Suite("The choice of store")
struct StoreSettingsTests {
    @Test("An unknown store ends with 64, without repeating a value that may hold a password")
    func malformed() async throws {
        for text in ["redis:hide-me", "postgres://u:hide-me@h/db", "sqlite:", "memory:"] {
            let binary = try Binary(["--store", text])
            #expect(await binary.exitCode() == 64)
            #expect(binary.standardError.contains("--store: It is not one of memory, sqlite:PATH"))
            #expect(!binary.standardError.contains("hide-me"))
        }
    }

    @Test("The store redis without the variable for its URL ends with 78")
    func redisWithoutURL() async throws {
        for environment in [[:], ["REDIS_URL": ""]] {
            let binary = try Binary(["--store", "redis"], environment: environment)
            #expect(await binary.exitCode() == 78)
            #expect(binary.standardError.contains("--store: 'redis' stands for the URL in the variable REDIS_URL"))
        }
    }

    @Test("A wait that is not a number of seconds ends with 64")
    func malformedWait() async throws {
        for text in ["soon", "-1", "86401"] {
            let binary = try Binary(["--store-wait=\(text)"])
            #expect(await binary.exitCode() == 64)
            #expect(binary.standardError.contains("--store-wait: "))
        }
    }
}
