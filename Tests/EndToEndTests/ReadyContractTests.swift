import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("The ready file and the banner")
struct ReadyContractTests {
    @Test("The ready file says where the server is, and connections are accepted when it exists")
    func readyFile() async throws {
        let (binary, ready) = try await Binary.ready(
            ["--client-id", "my-client", "--user", "ann:secret-1", "--client-secret", "secret-2"])
        let port = try ready.port
        #expect(ready.document["pid"]?.number?.intValue == Int(binary.pid))
        #expect(ready.string("base_url") == "http://localhost:\(port)")
        #expect(ready.string("mcp_url") == "http://localhost:\(port)/mcp")
        #expect(ready.string("issuer") == "http://localhost:\(port)")
        #expect(ready.string("client_id") == "my-client")
        #expect(ready.string("debug_url") == "http://localhost:\(port)/debug")
        #expect(ready.string("public_client_id") == "static-mcp-public-001")
        #expect(ready.document.count == 8, "credentials of one's own are never written")
        #expect(try await TestClient(port: port).get("/healthz").status == 200)
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test("The ready file has those credentials that are public defaults, and standard output has the same line")
    func publicDefaults() async throws {
        let (binary, ready) = try await Binary.ready(["--print-ready"])
        #expect(ready.string("client_secret") == "your-secret-key-change-this-in-production")
        #expect(ready.string("username") == "demo_user")
        #expect(ready.string("password") == "demo_password")
        #expect(await eventually { binary.standardOutput == ready.text })
        let (other, mixed) = try await Binary.ready([
            "--no-debug", "--user", "ann:secret-1", "--user", "demo_user:demo_password",
        ])
        #expect(mixed.document["debug_url"] == nil)
        #expect(mixed.string("username") == "demo_user", "the login is one that works")
        let (third, open) = try await Binary.ready(["--token-auth", "none", "--user", "ann:secret-1"])
        for name in ["client_secret", "username", "password"] { #expect(open.document[name] == nil) }
        for binary in [binary, other, third] {
            binary.signal(SIGTERM)
            #expect(await binary.exitCode() == 0)
        }
    }

    @Test("The public URL is the base of all URLs in the ready file")
    func publicURL() async throws {
        let (binary, ready) = try await Binary.ready(
            ["--public-url", "https://mcp.example.com/", "--user", "ann:secret-1"],
            environment: ["MCP_STATIC_CLIENT_SECRET": "another-secret"])
        #expect(ready.string("base_url") == "https://mcp.example.com")
        #expect(ready.string("mcp_url") == "https://mcp.example.com/mcp")
        #expect(try ready.port != 443)
        binary.signal(SIGINT)
        #expect(await binary.exitCode() == 0)
    }

    @Test("A ready file of an earlier process is removed at the start, and the own one at the stop")
    func staleReadyFile() async throws {
        let binary = try Binary(
            ["--port", "0", "--ready-file", "ready.json"], files: ["ready.json": "{\"stale\":true}"])
        let path = binary.directory.appending(path: "ready.json")
        let isFresh = await eventually {
            (try? String(contentsOf: path, encoding: .utf8))?.contains("\"pid\":\(binary.pid)") == true
        }
        #expect(isFresh, "\(binary.standardError)")
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
        #expect(!FileManager.default.fileExists(atPath: path.path))
    }

    @Test("A terminal that closes stops the server as SIGTERM does; under nohup it goes on")
    func hangup() async throws {
        let (binary, _) = try await Binary.ready(shell: "exec env --default-signal=HUP \"$0\" \"$@\"")
        binary.signal(SIGHUP)
        #expect(await binary.exitCode() == 0)
        #expect(!FileManager.default.fileExists(atPath: binary.directory.appending(path: "ready.json").path))
        #expect(binary.standardError.contains("SIGHUP"), "\(binary.standardError)")

        let (other, ready) = try await Binary.ready(shell: "trap '' HUP; exec \"$0\" \"$@\"")
        other.signal(SIGHUP)
        #expect(try await TestClient(port: ready.port).get("/healthz").status == 200)
        other.signal(SIGTERM)
        #expect(await other.exitCode() == 0)
    }

    @Test("Only the server's user can read the ready file, and no other file is left beside it")
    func mode() async throws {
        let (binary, _) = try await Binary.ready()
        let path = binary.directory.appending(path: "ready.json").path
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: binary.directory.path)
        #expect(Set(names) == ["ready.json", "stdout", "stderr"])
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test(
        "The file of a killed server is removed before the port opens, even when its process id is in use again",
        arguments: ["{\"pid\":1,\"port\":1}", "{\"pid\":4194304}", "{\"pid\":\(getpid()),\"port\":1}", "", "{"])
    func staleBeforeTheStart(left: String) async throws {
        let (other, ready) = try await Binary.ready()
        let binary = try Binary(
            ["--port", String(try ready.port), "--ready-file", "ready.json"], files: ["ready.json": left])
        #expect(await binary.exitCode() == 69)
        #expect(!FileManager.default.fileExists(atPath: binary.directory.appending(path: "ready.json").path))
        other.signal(SIGTERM)
        #expect(await other.exitCode() == 0)
    }

    @Test("Of two servers with one ready file each removes only its own")
    func shared() async throws {
        let (first, ready) = try await Binary.ready()
        let path = first.directory.appending(path: "ready.json").path
        func pid() -> Int? {
            (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { try? ReadyFile($0) }?.document["pid"]?
                .number?
                .intValue
        }
        let failing = try Binary(["--port", String(try ready.port), "--ready-file", path])
        #expect(await failing.exitCode() == 69)
        #expect(pid() == Int(first.pid), "a server that does not start leaves the file of a running one")
        let second = try Binary(["--port", "0", "--ready-file", path])
        #expect(await eventually { pid() == Int(second.pid) })
        first.signal(SIGTERM)
        #expect(await first.exitCode() == 0)
        #expect(pid() == Int(second.pid))
        second.signal(SIGTERM)
        #expect(await second.exitCode() == 0)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("When the file cannot be written, or an old one not removed, the server does not start")
    func unusable() async throws {
        for path in [".", "missing/ready.json", "/dev/null"] {
            let binary = try Binary(["--port", "0", "--ready-file", path])
            #expect(await binary.exitCode() == 78)
            #expect(binary.standardError.contains("--ready-file \(path): "), "\(binary.standardError)")
        }
    }

    @Test("The banner shows URLs, and credentials while they are public defaults, on standard error only")
    func banner() async throws {
        let (binary, ready) = try await Binary.ready()
        let port = try ready.port
        #expect(await eventually { binary.standardError.contains("Start page") })
        let banner = binary.standardError
        for part in [
            "http://localhost:\(port)/debug", "http://localhost:\(port)/mcp", "static-mcp-client-001",
            "your-secret-key-change-this-in-production", "as demo_user, password demo_password", "Ctrl-C",
            "config NAME", "default credentials are public",
        ] {
            #expect(banner.contains(part), "\(part)")
        }
        #expect(binary.standardOutput == "")
        let (own, _) = try await Binary.ready(["--client-secret", "secret-2", "--user", "ann:secret-1", "--no-debug"])
        #expect(await eventually { own.standardError.contains("Start page") })
        #expect(!own.standardError.contains("secret-") && !own.standardError.contains("Timeline"))
    }

    @Test("With a JSON log every line on standard error is one object")
    func jsonLog() async throws {
        let (binary, ready) = try await Binary.ready(["--log-format", "json", "--log-level", "debug"])
        _ = try await TestClient(port: try ready.port).get("/nope")
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
        let lines = binary.standardError.split(separator: "\n")
        #expect(lines.count >= 3)
        for line in lines {
            guard case .object(let object) = try JSONParser.parse(Array(line.utf8)) else {
                Issue.record("not an object: \(line)")
                continue
            }
            #expect(object["level"]?.string != nil)
            #expect(object["message"]?.string != nil)
        }
    }

    @Test("An unread standard error does not block the server")
    func unreadStandardError() async throws {
        let unread = Pipe()
        let (binary, ready) = try await Binary.ready(standardError: unread)
        let client = TestClient(port: try ready.port)
        // A pipe holds 64 KiB; each of these requests logs more than 200 bytes.
        let path = "/" + String(repeating: "x", count: 150)
        for _ in 0..<500 {
            let answer = try await client.get(path)
            #expect(answer.status == 404)
        }
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
        withExtendedLifetime(unread) {}
    }
}
