#if SQLite
import Foundation
import MCPCore
import Primitives
import Synchronization
import Testing
import TestSupport

@Suite("A server with a SQLite store that is killed repeatedly")
struct SQLiteCrashTests {
    /// The answers that clients got, and may rely on.
    private struct Told {
        var accessTokens: [String] = []
        var refreshTokens: [String] = []
        var spentRefreshTokens: [String] = []
        var spentCodes: [String] = []
    }

    /// The record of these answers.
    private final class Ledger: Sendable {
        let told = Mutex(Told())
    }

    @Test(
        "After each of 50 kills under load every issued token is known, and no spent code is accepted",
        .proves(.codeIsSpentOnce))
    func killed() async throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "--store", "sqlite:\(folder.path)/grants.sqlite", "--public-url", "http://localhost", "--log-level",
            "error",
        ]
        var numbers = SeededNumbers()
        var flows = 0
        for _ in 1...50 {
            let ledger = Ledger()
            let (binary, ready) = try await Binary.ready(arguments)
            let client = TestClient(port: try ready.port)
            let load = Task {
                await withTaskGroup { group in
                    for _ in 1...6 { group.addTask { await run(client, ledger) } }
                }
            }
            let enough = Int.random(in: 1...40, using: &numbers)
            #expect(await eventually { ledger.told.withLock { $0.accessTokens.count } >= enough })
            binary.signal(SIGKILL)
            #expect(await binary.exitCode() == -SIGKILL)
            await load.value

            let (survivor, again) = try await Binary.ready(arguments)
            flows += try await check(ledger.told.withLock { $0 }, TestClient(port: try again.port))
            survivor.signal(SIGKILL)
            #expect(await survivor.exitCode() == -SIGKILL)
        }
        #expect(flows >= 50)
    }

    /// Logs in, redeems and refreshes until the server is killed.
    private func run(_ client: TestClient, _ ledger: Ledger) async {
        while let flow = try? await Flow(client).logIn(), let first = try? await flow.redeem() {
            ledger.told.withLock {
                $0.accessTokens.append(first.accessToken)
                $0.spentCodes.append(flow.code)
            }
            guard let next = try? await flow.refresh(first.refreshToken) else { return }
            ledger.told.withLock {
                $0.accessTokens.append(next.accessToken)
                $0.refreshTokens.append(next.refreshToken ?? "")
                $0.spentRefreshTokens.append(first.refreshToken ?? "")
            }
        }
    }

    /// Checks the answers against a server after a crash; returns how many codes had been redeemed before it.
    private func check(_ told: Told, _ client: TestClient) async throws -> Int {
        let flow = Flow(client)
        for token in told.accessTokens {
            #expect(try await client.callEcho("hello", token: token).status == 200)
        }
        for token in told.refreshTokens { _ = try await flow.refresh(token) }
        for token in told.spentRefreshTokens.prefix(5) { _ = try await flow.refresh(token, expecting: 400) }
        for code in told.spentCodes {
            let form = ["grant_type": "authorization_code", "code": code, "code_verifier": Flow.verifier]
            let answer = try await flow.attempt(form).answer
            #expect(answer.status == 400)
            #expect(answer.json["error"]?.string == "invalid_grant")
        }
        return told.spentCodes.count
    }
}

/// Numbers that are the same in every run.
private struct SeededNumbers: RandomNumberGenerator {
    private let random = SeededRandom()

    mutating func next() -> UInt64 {
        random.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
#endif
