import Foundation
import MCPCore
import Testing
import TestSupport

@Suite("Flags, variables and the settings file")
struct SettingsTests {
    /// The ready file shows the client id, and so the source that won.
    @Test(
        "A flag wins over a variable, a variable over the file, the file over the default",
        arguments: [
            (["--client-id", "from-flag"], ["MCP_STATIC_CLIENT_ID": "from-variable"], "from-file", "from-flag"),
            ([], ["MCP_STATIC_CLIENT_ID": "from-variable"], "from-file", "from-variable"),
            ([], [:], "from-file", "from-file"),
            ([], [:], nil, "static-mcp-client-001"),
        ] as [([String], [String: String], String?, String)])
    func precedence(
        flags: [String], environment: [String: String], line: String?, expected: String
    ) async throws {
        let files = line.map { [".env": "OTHER=1\n# a comment\nexport MCP_STATIC_CLIENT_ID=\"\($0)\" # yes\n"] } ?? [:]
        let (_, ready) = try await Binary.ready(flags, environment: environment, files: files)
        #expect(ready.string("client_id") == expected)
    }

    @Test("A named settings file is read instead of .env")
    func namedFile() async throws {
        let (_, ready) = try await Binary.ready(
            ["--env-file", "other.env"],
            files: [".env": "MCP_STATIC_CLIENT_ID=a", "other.env": "MCP_STATIC_CLIENT_ID='b c'"])
        #expect(ready.string("client_id") == "b c")
    }

    @Test(
        "A bad flag or flag value ends with 64 and names the flag",
        arguments: [
            (["--port", "abc"], "--port: 'abc' is not a whole number"),
            (["--port", "70000"], "--port: 70000 is not a port"),
            (["--port", ""], "--port: It is empty"),
            (["--port", "1", "--port", "2"], "--port: It is given more than once"),
            (["--redirect-match", "fuzzy"], "--redirect-match: 'fuzzy' is not one of loopback, port, exact"),
            (["--redirect-uris", "http://example.com/cb"], "--redirect-uris: 'http://example.com/cb'"),
            (["--redirect-preset", "vscode,nope"], "--redirect-preset: 'nope' is not a known client"),
            (["--public-url", "https://a.example/path"], "--public-url: 'https://a.example/path' is not an origin"),
            (["--host", "example.com"], "--host: 'example.com' is not an address"),
            (["--trusted-proxies", "::1,10.0.0.1/8"], "--trusted-proxies: '10.0.0.1/8' is neither an address nor"),
            (["--access-token-ttl", "0"], "--access-token-ttl: Give a number of seconds"),
            (["--scope", "a  b"], "--scope: 'a  b' is not a list of scopes"),
            (["--user", "ann"], "--user: A value does not have the form NAME:PASSWORD"),
            (["--require-scope", "echo"], "--require-scope: A value does not have the form TOOL=SCOPE"),
            (["--env-file", "missing.env"], "--env-file: missing.env: No such file"),
            (["--refresh", "grace:x"], "--refresh: 'x' is not a whole number"),
            (["--refresh", "grace:0"], "--refresh: Give grace:SECONDS"),
            (["--refresh", "never"], "--refresh: 'never' is not one of rotate, reuse, grace:SECONDS, none"),
            (["--advertise-expires-in", "x"], "--advertise-expires-in: 'x' is not a whole number, nor omit or string"),
            (["--advertise-expires-in=-1"], "--advertise-expires-in: Give a number of seconds from 0"),
            (["--redirect-uris", ""], "--redirect-uris: It is empty"),
            (["--redirect-uris", "javascript:alert(1)"], "--redirect-uris: 'javascript:alert(1)'"),
            (["--env-file", "a", "--env-file", "b"], "--env-file: It is given more than once"),
            (["--no-such-flag"], "--no-such-flag"),
            (["stray"], "stray"),
        ])
    func badFlags(arguments: [String], message: String) async throws {
        let binary = try Binary(arguments)
        #expect(await binary.exitCode() == 64)
        #expect(binary.standardError.contains(message), "\(binary.standardError)")
    }

    @Test(
        "A bad variable, line or combination ends with 78 and names it",
        arguments: [
            (["MCP_STATIC_PORT": "abc"], nil, [], "MCP_STATIC_PORT: 'abc' is not a whole number"),
            (["MCP_STATIC_PROT": "1"], nil, [], "MCP_STATIC_PROT: There is no such setting"),
            ([:], "MCP_STATIC_PORT=x", [], ".env: MCP_STATIC_PORT: 'x' is not a whole number"),
            ([:], "MCP_STATIC_NOPE=x", [], ".env: MCP_STATIC_NOPE: There is no such setting"),
            ([:], "MCP_STATIC_PORT=0\nMCP_STATIC_PORT=0", [], ".env: MCP_STATIC_PORT: It is given more than once"),
            ([:], "what is this", [], ".env: Line 1 does not have the form NAME=value"),
            (["MCP_STATIC_ENV_FILE": "gone"], nil, [], "MCP_STATIC_ENV_FILE: gone: No such file"),
            (["MCP_STATIC_AUTO_APPROVE": ""], nil, [], "MCP_STATIC_AUTO_APPROVE: It is empty"),
            (["MCP_STATIC_PORT": "abc"], nil, ["--port", "0"], "MCP_STATIC_PORT: 'abc' is not a whole number"),
            ([:], "MCP_STATIC_PORT=abc\nMCP_STATIC_PORT=0", [], ".env: MCP_STATIC_PORT: 'abc'"),
            ([:], nil, ["--user", "ann:x", "--client-id", "ann"], "--user: A user has the name of the client"),
            ([:], nil, ["--auto-approve=nobody", "--port", "0"], "--auto-approve: There is no user 'nobody'"),
            ([:], nil, ["--require-scope", "nope=x"], "--require-scope: There is no tool 'nope'"),
            ([:], nil, ["--auto-approve=nobody"], "--auto-approve: There is no user 'nobody'"),
        ] as [([String: String], String?, [String], String)])
    func badConfiguration(
        environment: [String: String], file: String?, flags: [String], message: String
    ) async throws {
        let binary = try Binary(flags, environment: environment, files: file.map { [".env": $0] } ?? [:])
        #expect(await binary.exitCode() == 78)
        #expect(binary.standardError.contains(message), "\(binary.standardError)")
    }

    @Test("All problems are listed at once")
    func allProblems() async throws {
        let binary = try Binary(
            ["--code-ttl", "x"], environment: ["MCP_STATIC_PORT": "y", "MCP_STATIC_TYPO": "z"],
            files: [".env": "MCP_STATIC_RATE_LIMIT=w"])
        #expect(await binary.exitCode() == 64)
        for name in ["--code-ttl", "MCP_STATIC_PORT", "MCP_STATIC_TYPO", ".env: MCP_STATIC_RATE_LIMIT"] {
            #expect(binary.standardError.contains(name), "\(name)")
        }
    }

    @Test("An unknown flag does not hide other mistakes")
    func unknownFlagAndMore() async throws {
        let binary = try Binary(["--no-such-flag"], environment: ["MCP_STATIC_PORT": "y"])
        #expect(await binary.exitCode() == 64)
        for part in ["--no-such-flag", "MCP_STATIC_PORT: 'y' is not a whole number"] {
            #expect(binary.standardError.contains(part), "\(binary.standardError)")
        }
    }

    @Test("Every setting of --help has a line in .env.example and a row in the reference, and nothing else has")
    func documentation() async throws {
        let binary = try Binary(["--help"])
        #expect(await binary.exitCode() == 0)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let example = try String(contentsOf: root.appending(path: ".env.example"), encoding: .utf8)
        let page = try String(contentsOf: root.appending(path: "docs/reference.md"), encoding: .utf8)
        let flags = Set(binary.standardOutput.matches(of: /--([a-z-]+)/).map { String($0.1) })
            .subtracting(["help", "version", "env-file"])
        let variables = Set(example.matches(of: /MCP_STATIC_([A-Z_]+)=/).map { String($0.1) })
        #expect(Set(flags.map { $0.uppercased().replacing("-", with: "_") }) == variables)
        let rows = Set(page.matches(of: /(?m)^\| `--([a-z-]+)`/).map { String($0.1) })
        #expect(flags.union(["env-file"]) == rows)
    }

    @Test("The example file holds the defaults: a server that reads it starts")
    func exampleFile() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let example = try String(contentsOf: root.appending(path: ".env.example"), encoding: .utf8)
        let (_, ready) = try await Binary.ready(files: [".env": example])
        #expect(ready.string("client_id") == "static-mcp-client-001")
    }

    @Test("--version prints the version on standard output")
    func version() async throws {
        let binary = try Binary(["--version"])
        #expect(await binary.exitCode() == 0)
        #expect(binary.standardOutput.contains(/^\d+\.\d+\.\d+\n$/))
    }
}
