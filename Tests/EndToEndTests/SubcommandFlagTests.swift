import Foundation
import Testing
import TestSupport

@testable import ServerCommand

@Suite("Flags of the server and its subcommands")
struct SubcommandFlagTests {
    private func run(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> (code: Int32?, text: String) {
        let binary = try Binary(arguments, environment: environment)
        let code = await binary.exitCode()
        return (code, binary.standardOutput + binary.standardError)
    }

    @Test("Each flag of the server has an effect with a subcommand, or is refused by name")
    func everyFlag() async throws {
        let closed = ["healthcheck": 1, "report": 69] as [String: Int32]
        for (number, flag) in (ServerFlags.settings.map(\.flag) + [GivenFlags.envFile]).enumerated() {
            let own = flag == "--port" ? [] : [flag == "--host" ? "--host=127.0.0.1" : "\(flag)=value"]
            for command in ["healthcheck", "report", "scenarios"] {
                let flags = own + ["--port=1"]
                let outcome = try await run(number.isMultiple(of: 2) ? [command] + flags : flags + [command])
                let known = ["--host", "--port"] + (command == "report" ? ["--debug-token"] : [])
                let isTaken = command != "scenarios" && known.contains(flag)
                #expect(outcome.code == (isTaken ? closed[command] : 64), "\(command) \(flag): \(outcome.text)")
                let words = isTaken ? [flag == "--host" ? "127.0.0.1:1" : "localhost:1"] : [flag, "--port"]
                #expect(words.contains { outcome.text.contains($0) }, "\(command) \(flag): \(outcome.text)")
            }
        }
    }

    @Test("--port and --host say where a running server is, as --url does, and not both")
    func place() async throws {
        let (server, ready) = try await Binary.ready()
        let port = String(try ready.port)
        #expect(try await run(["healthcheck", "--port", port]).code == 0)
        #expect(try await run(["--host", "127.0.0.1", "--port", port, "healthcheck"]).code == 0)
        #expect(try await run(["report", "--port", port]).code == 2)
        #expect(try await run(["report"], ["MCP_STATIC_PORT": port]).code == 2)
        let both = try await run(["report", "--port", port, "--url", "http://localhost:\(port)"])
        #expect(both.code == 64 && both.text.contains("exclude each other"), "\(both.text)")
        for (value, words) in [("0", "any free port"), ("x", "'x' is no port"), ("70000", "'70000' is no port")] {
            let outcome = try await run(["healthcheck", "--port", value])
            #expect(outcome.code == 64 && outcome.text.contains(words), "\(outcome.text)")
        }
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("A wrong debug token is called wrong, with its source, and a missing one missing")
    func debugToken() async throws {
        let token = "0123456789abcdef"
        let (server, ready) = try await Binary.ready(environment: ["MCP_STATIC_DEBUG_TOKEN": token])
        let port = String(try ready.port)
        let missing = try await run(["report", "--port", port])
        #expect(missing.code == 69 && missing.text.contains("It needs its debug token in MCP_STATIC_DEBUG_TOKEN."))
        let wrong = try await run(["report", "--port", port], ["MCP_STATIC_DEBUG_TOKEN": "fedcba9876543210"])
        #expect(
            wrong.code == 69 && wrong.text.contains("The debug token of MCP_STATIC_DEBUG_TOKEN is not the server's."),
            "\(wrong.text)")
        let flag = try await run(["report", "--port", port, "--debug-token", "fedcba9876543210"])
        #expect(flag.text.contains("The debug token of --debug-token is not the server's."), "\(flag.text)")
        #expect(!flag.text.contains("fedcba"))
        #expect(try await run(["report", "--port", port, "--debug-token", token]).code == 2)
        let gone = try await run(["report", "--port", port], ["MCP_STATIC_DEBUG_TOKEN_FILE": "/nonexistent"])
        #expect(gone.code == 78 && gone.text.contains("MCP_STATIC_DEBUG_TOKEN_FILE: /nonexistent"), "\(gone.text)")
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("Help shows that a switch takes its value after =, and a word after it is explained")
    func switches() async throws {
        let help = try await run(["--help"])
        #expect(help.code == 0)
        for setting in ServerFlags.settings {
            let isSwitch = setting.shape == .switch
            #expect(help.text.contains("  \(setting.flag)\(isSwitch ? "[=<" : " <")"), "\(setting.flag)")
            guard isSwitch else { continue }
            let outcome = try await run([setting.flag, "ann", "--port", "0"])
            #expect(outcome.code == 64, "\(outcome.text)")
            #expect(outcome.text.contains("\(setting.flag) takes a value after '=' only: \(setting.flag)=ann."))
        }
        #expect(try await run(["config", "--no-debug", "cursor"]).code == 0)
        #expect(try await run(["--no-debug", "config", "cursor"]).code == 0)
    }

    @Test(
        "A misspelt value is answered with the one that may be meant",
        arguments: [
            (["config", "cursro"], "Did you mean 'cursor'?"), (["config", "claude"], "Did you mean 'claude-code'?"),
            (["--scenario", "refresh_none"], "refresh-none"), (["--scenario", "token-slwo"], "token-slow"),
            (["--redirect-preset", "vscoed"], "Did you mean 'vscode'?"),
            (["--log-level", "inof"], "Did you mean 'info'?"), (["--token-auth", "bsaic"], "Did you mean 'basic'?"),
            (["--require-scope", "ecoh=echo"], "Did you mean 'echo'?"),
            (["--auto-approve=demo-user"], "Did you mean 'demo_user'?"),
        ])
    func suggestions(arguments: [String], words: String) async throws {
        let outcome = try await run(arguments)
        #expect(outcome.code == 64 || outcome.code == 78)
        #expect(outcome.text.contains(words), "\(outcome.text)")
    }

    @Test("Results that cannot be written are an error", arguments: [">/dev/full", ">&-"])
    func fullOutput(redirection: String) async throws {
        let binary = try Binary(["scenarios"], shell: #"exec "$0" "$@" \#(redirection)"#)
        #expect(await binary.exitCode() == 74)
        #expect(binary.standardError.contains("standard output takes no more"), "\(binary.standardError)")
    }

    @Test("None in any case means that there is no public client")
    func none() async throws {
        for value in ["none", "None", "NONE"] {
            let (server, ready) = try await Binary.ready(["--public-client-id", value])
            #expect(ready.string("public_client_id") == nil)
            server.signal(SIGTERM)
            #expect(await server.exitCode() == 0)
        }
    }
}
