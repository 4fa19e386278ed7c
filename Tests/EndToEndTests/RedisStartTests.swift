#if Redis
import Foundation
import Testing
import TestSupport

@Suite("The start of a server with a Redis store")
struct RedisStartTests {
    @Test("An unreachable Redis ends with 69 and names its address")
    func notThere() async throws {
        let port = FreePort.any()
        let binary = try Binary(["--store", "redis://:hide-me@127.0.0.1:\(port)", "--port", "0"])
        #expect(await binary.exitCode() == 69)
        #expect(
            binary.standardError.contains("--store: Redis at 127.0.0.1:\(port) cannot be used: Connection refused."))
        #expect(!binary.standardError.contains("hide-me"))
    }

    @Test("The server waits for a Redis that starts later")
    func waiting() async throws {
        let redis = try await RedisServer.start()
        redis.kill()
        let binary = try Binary([
            "--store", redis.url, "--store-wait", "600", "--port", "0", "--ready-file", "ready.json",
        ])
        let isWaiting = await eventually { binary.standardError.contains("waiting for the store") }
        #expect(isWaiting)
        try await redis.start()
        let ready = binary.directory.appending(path: "ready.json")
        let isReady = await eventually { FileManager.default.fileExists(atPath: ready.path) }
        #expect(isReady)
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test("A wait that times out ends with 69, and one that is interrupted with 0")
    func waitingInVain() async throws {
        let url = "redis://127.0.0.1:\(FreePort.any())"
        let patient = try Binary(["--store", url, "--store-wait", "1", "--port", "0"])
        #expect(await patient.exitCode() == 69)
        let interrupted = try Binary(["--store", url, "--store-wait", "600", "--port", "0"])
        let isWaiting = await eventually { interrupted.standardError.contains("waiting for the store") }
        #expect(isWaiting)
        interrupted.signal(SIGTERM)
        #expect(await interrupted.exitCode() == 0)
    }

    @Test("A wrong password ends with 78 at once, whatever the wait, and is not shown")
    func wrongPassword() async throws {
        let redis = try await RedisServer.start(["--requirepass", "secret"])
        let url = "redis://:hide-me@127.0.0.1:\(redis.port)"
        for (flags, environment) in [
            (["--store", url], [:]), (["--store", "redis"], ["REDIS_URL": url]), ([], ["MCP_STATIC_STORE": url]),
        ] as [([String], [String: String])] {
            let binary = try Binary(flags + ["--store-wait", "600", "--port", "0"], environment: environment)
            #expect(await binary.exitCode() == 78)
            #expect(binary.standardError.contains("WRONGPASS"))
            #expect(!binary.standardError.contains("hide-me"))
        }
    }

    @Test("An invalid URL is refused with a reason before any attempt, and never repeated")
    func malformed() async throws {
        for (text, reason) in [
            ("rediss://:hide-me@h:1", "TLS to Redis (rediss://) is not supported"),
            ("redis://hide-me@h:1", "Before the @ stands :PASSWORD or USER:PASSWORD."),
        ] {
            let flag = try Binary(["--store", text])
            #expect(await flag.exitCode() == 64)
            #expect(flag.standardError.contains("--store: \(reason)"))
            let variable = try Binary(["--store", "redis"], environment: ["REDIS_URL": text])
            #expect(await variable.exitCode() == 78)
            #expect(variable.standardError.contains("REDIS_URL: \(reason)"))
            #expect(!(flag.standardError + variable.standardError).contains("hide-me"))
        }
    }

    @Test("After a kill and restart the server knows the tokens that it issued")
    func restart() async throws {
        let redis = try await RedisServer.start(["--requirepass", "hide-me"])
        let flags = [
            "--store", "redis://:hide-me@127.0.0.1:\(redis.port)", "--public-url", "http://localhost:9003",
        ]
        let (first, before) = try await Binary.ready(flags)
        let list = try String(contentsOfFile: "/proc/\(first.pid)/cmdline", encoding: .utf8)
        #expect(list.contains("--store") && !list.contains("hide-me"))
        let tokens = try await Flow(TestClient(port: before.port)).logIn().redeem()
        first.signal(SIGKILL)
        #expect(await first.exitCode() == -SIGKILL)

        let (second, after) = try await Binary.ready(flags)
        let client = TestClient(port: try after.port)
        #expect(try await client.callEcho("hi", token: tokens.accessToken).status == 200)
        _ = try await Flow(client).refresh(tokens.refreshToken)
        second.signal(SIGTERM)
        #expect(await second.exitCode() == 0)
        for binary in [first, second] { #expect(!binary.standardError.contains("hide-me")) }
    }
}
#endif
