import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("The client as a program")
struct ClientTests {
    private static func url(_ ready: ReadyFile) throws -> String { try #require(ready.string("mcp_url")) }

    @Test("A login without a browser, then tools and calls without a login")
    func session() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        let login = try await client.logIn(url, ["--output", "json"])
        #expect(login.code == 0, "\(login.errors)")
        #expect(login.json["server"]?.string == url)
        #expect(login.json["scope"] == "user offline_access")
        #expect(!login.output.contains("access_token"))

        #expect(try await client.run(["tools", url, "--output", "json"]).json["tools"]?.array?.count == 2)
        let called = try await client.run(["call", url, "echo", "message=héllo"])
        #expect(called.code == 0 && called.output == "{\"echo\":\"héllo\",\"length\":5}\n")
        #expect(called.errors == "")
        let json = try await client.run(["call", url, "echo", "--json", "{\"message\":\"x\"}", "--output", "json"])
        #expect(json.json["structuredContent"]?.object?["echo"] == "x")
        #expect(
            try await client.run(["discover", url, "--output", "json"]).json["issuer"]?.string == ready.string("issuer")
        )
        #expect(try await client.run(["introspect", url, "--output", "json"]).json["active"] == true)
        let token = try await client.run(["token", url])
        #expect(token.output.utf8.count == 44)
        #expect(try await client.run(["refresh", url]).code == 0)
        #expect(try await client.run(["token", url]).output != token.output)
        let logout = try await client.run(["logout", url, "--output", "json"])
        #expect(logout.json["revoked"] == true)
        #expect(try await client.run(["call", url, "echo", "message=x", "--no-login"]).code == 2)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("Of five processes with an expired token one refreshes, and all continue")
    func fiveProcesses() async throws {
        let (server, ready) = try await Binary.ready(["--log-format", "json"])
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        #expect(try await client.logIn(url).code == 0)
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: client.store.path).first {
                $0.hasPrefix("tokens-") && $0.hasSuffix(".json")
            })
        let file = client.store.appending(path: name)
        var tokens = try #require(try JSONParser.parse(Array(Data(contentsOf: file).dropLast())).object)
        tokens["expires_at"] = 1
        try Data(JSONWriter.bytes(of: tokens)).write(to: file)
        let outcomes = try await withThrowingTaskGroup(of: ClientBinary.Outcome.self) { group in
            for number in 0..<5 {
                group.addTask { try await client.run(["call", url, "echo", "message=\(number)", "--no-login"]) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes { #expect(outcome.code == 0, "\(outcome.errors)") }
        // One for the login's code, one for the refresh.
        #expect(
            await eventually { server.standardError.components(separatedBy: "\"path\":\"/token\"").count - 1 == 2 },
            "\(server.standardError)")
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0, "\(server.standardError)")
        #expect(server.standardError.components(separatedBy: "\"path\":\"/token\"").count - 1 == 2)
    }

    @Test("Listening prints notifications until Ctrl-C")
    func listening() async throws {
        let (server, ready) = try await Binary.ready(["--list-changed-interval", "1"])
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        #expect(try await client.logIn(url).code == 0)
        let output = client.home.appending(path: "notifications")
        let process = try client.start(["listen", url, "--output", "json"], output: .file(output.path))
        let hasHeard = await eventually {
            let lines = try? String(contentsOf: output, encoding: .utf8)
            return lines?.contains("\"notifications/tools/list_changed\"") == true
        }
        #expect(hasHeard)
        process.signal(SIGINT)
        #expect(await eventually { !process.isRunning })
        #expect(process.exitCode == 130)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("Each kind of failure has its exit code, message and document")
    func exitCodes() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        func code(_ arguments: [String], input: String = "", _ environment: [String: String] = [:]) async throws
            -> Int32
        {
            let outcome = try await client.run(arguments, input: input, environment: environment)
            #expect(!outcome.errors.isEmpty, "\(arguments)")
            return outcome.code
        }
        #expect(try await code(["call", url]) == 64)
        #expect(try await code(["tools", "no-such-name"]) == 64)
        #expect(try await code(["tools", "http://example.com/mcp"]) == 64)
        #expect(try await code(["tools", url, "--era", "1999"]) == 64)
        for options in [
            ["--timeout", "0"], ["--login-timeout", "0"], ["--username", "me"], ["--password-stdin"], ["--no-login"],
            ["--headless", "--no-browser", "--username", "me", "--password-stdin"], ["--callback-port", "x"],
            ["--callback-path", "x"], ["--callback-host", "10.0.0.1"], ["--client-metadata-url", "http://127.0.0.1/c"],
            ["--output", "junit"],
        ] {
            #expect(try await code(["login", url] + options) == 64, "\(options)")
        }
        #expect(try await code(["add", "name", "ftp://127.0.0.1/mcp"]) == 64)
        #expect(try await code(["add", url, "name"]) == 64)
        // The metadata is about a different URL.
        #expect(try await code(["discover", "\(url)?tenant=a"]) == 65)
        #expect(try await code(["tools", "http://127.0.0.1:1/mcp"]) == 69)
        #expect(try await code(["listen", "http://127.0.0.1:1/mcp"]) == 69)
        // A file in place of the directory, so that tokens cannot be stored.
        let file = client.home.appending(path: "file")
        try Data().write(to: file)
        #expect(
            try await code(
                ["login", url] + ClientBinary.headless, input: "demo_password\n",
                ClientBinary.secret.merging(["XDG_DATA_HOME": file.path]) { $1 }) == 74)
        #expect(try await code(["tools", url, "--no-login"]) == 2)
        #expect(try await code(["login", url] + ClientBinary.headless, input: "wrong\n", ClientBinary.secret) == 77)
        #expect(
            try await code(
                ["login", url] + ClientBinary.headless, input: "demo_password\n", ["MCP_CLIENT_SECRET": "wrong"]) == 77)
        #expect(try await code(["tools", url], ["MCP_TOKEN_KEY": "short"]) == 78)
        #expect(try await client.logIn(url).code == 0)
        #expect(try await code(["tools", url], ["MCP_TOKEN_KEY": String(repeating: "0", count: 64)]) == 78)
        #expect(try await code(["call", url, "nope"]) == 76)
        // The tool reports its own error, on standard output.
        #expect(try await client.run(["call", url, "echo"]).code == 1)
        let failed = try await client.run(["tools", url, "--output", "json"], environment: ["MCP_TOKEN_KEY": "short"])
        #expect(failed.json["error"]?.object?["kind"] == "configuration")
        #expect(failed.errors.hasPrefix("static-auth-client: MCP_TOKEN_KEY"))
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test(
        "Nothing secret is printed or stored in clear with a key", .proves(.clientPrintsNoSecret, .tokenFilesArePrivate)
    )
    func secrets() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        let key = ["MCP_TOKEN_KEY": String(repeating: "ab", count: 32)].merging(ClientBinary.secret) { $1 }
        let login = try await client.run(
            ["login", url, "--trace"] + ClientBinary.headless, input: "demo_password\n", environment: key)
        #expect(login.code == 0, "\(login.errors)")
        let token = try await client.run(["token", url], environment: key).output.trimmingCharacters(in: .newlines)
        let files = try FileManager.default.contentsOfDirectory(atPath: client.store.path).map {
            try String(contentsOf: client.store.appending(path: $0), encoding: .utf8)
        }.joined()
        for secret in [token, "your-secret-key", "demo_password"] {
            #expect(!(login.output + login.errors + files).contains(secret))
        }
        #expect(login.errors.contains("> POST \(ready.string("base_url") ?? "")/token"))
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test(
        "With a key no token is stored in clear, and without the right key none is read",
        .proves(.tokenFilesArePrivate))
    func keys() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        let (right, wrong) = (String(repeating: "ab", count: 32), String(repeating: "cd", count: 32))
        let file = client.home.appending(path: "key")
        try Data("\(right)\n".utf8).write(to: file)
        let login = try await client.run(
            ["login", url, "--token-key-file", "key"] + ClientBinary.headless, input: "demo_password\n",
            environment: ClientBinary.secret)
        #expect(login.code == 0, "\(login.errors)")
        func modes() throws -> [String: Int] {
            var modes: [String: Int] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: client.store.path) + ["."] {
                let path = client.store.appending(path: name).path
                modes[name] = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            return modes
        }
        #expect(try modes()["."] == 0o700)
        #expect(try modes().filter { $0.key != "." }.allSatisfy { $0.value == 0o600 })
        func call(_ options: [String] = [], _ environment: [String: String] = [:]) async throws -> ClientBinary.Outcome
        {
            try await client.run(["call", url, "echo", "message=x"] + options, environment: environment)
        }
        #expect(try await call(["--token-key-file", "key"]).code == 0)
        #expect(try await call([], ["MCP_TOKEN_KEY": right]).code == 0)
        for (options, environment, words) in [
            ([], [:], "there is no key"), ([], ["MCP_TOKEN_KEY": wrong], "another key"),
            ([], ["MCP_TOKEN_KEY": "short"], "32 bytes"),
            (["--token-key-file", "nothing"], [:], "There is no key file"),
        ] as [([String], [String: String], String)] {
            let outcome = try await call(options, environment)
            #expect(outcome.code == 78 && outcome.errors.contains(words), "\(outcome.errors)")
        }
        let before = try modes().keys.sorted()
        // Nor does a new login write beside tokens that it cannot read.
        let again = try await client.run(
            ["login", url] + ClientBinary.headless, input: "demo_password\n", environment: ClientBinary.secret)
        #expect(again.code == 78)
        #expect(try modes().keys.sorted() == before)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("A named server stands for its URL, with variables, and can be removed")
    func named() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        #expect(
            try await client.run(["add", "demo", "${DEMO_URL}", "--client-id", "static-mcp-client-001", "--project"])
                .code == 0)
        let text = try String(contentsOf: client.home.appending(path: ".mcp.json"), encoding: .utf8)
        #expect(text.contains("\"clientId\": \"static-mcp-client-001\""))
        let variables = ClientBinary.secret.merging(["DEMO_URL": url]) { $1 }
        let login = try await client.run(
            ["login", "demo", "--headless", "--username", "demo_user", "--password-stdin"], input: "demo_password\n",
            environment: variables)
        #expect(login.code == 0, "\(login.errors)")
        #expect(try await client.run(["call", "demo", "echo", "message=x"], environment: ["DEMO_URL": url]).code == 0)
        #expect(try await client.run(["tools", "demo"]).code == 78)
        #expect(try await client.run(["list"]).output == "demo  ${DEMO_URL}\n")
        #expect(try await client.run(["remove", "demo"]).code == 0)
        #expect(try await client.run(["remove", "demo"]).code == 64)
        #expect(try await client.run(["add", "bad", "https://a/mcp?api_key=k"]).code == 64)
        for command in [["list"], ["tools", "demo"], ["remove", "demo"]] {
            let outcome = try await client.run(command + ["--config", "missing.json"])
            #expect(outcome.code == 78 && outcome.errors.contains("There is no file"), "\(command): \(outcome.errors)")
        }
        #expect(try await client.run(["add", "a", "https://a/mcp", "--config", "new.json"]).code == 0)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("A project's file does not replace what the user has named, and reads no variable unasked")
    func projectFile() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        let file = client.home.appending(path: ".mcp.json")
        func write(_ entry: String) throws { try Data(#"{"mcpServers":{"demo":\#(entry)}}"#.utf8).write(to: file) }
        let variables = ["ANY": "s3cret", "MCP_CLIENT_SECRET": "s3cret", "URL": url]
        func tools(_ more: [String] = []) async throws -> ClientBinary.Outcome {
            let outcome = try await client.run(
                ["tools", "demo", "--no-login", "--trace"] + more, environment: variables)
            #expect(!(outcome.output + outcome.errors).contains("s3cret"), "\(outcome.errors)")
            return outcome
        }
        for entry in [
            #"{"url":"\#(url)","headers":{"X-Team":"${ANY}"}}"#, #"{"url":"\#(url)?a=${ANY:-x}"}"#,
            #"{"url":"\#(url)","oauth":{"clientId":"c"}}"#,
        ] {
            try write(entry)
            let refused = try await tools()
            #expect(refused.code == 78 && refused.errors.contains("static-auth-client allow demo"), "\(refused.errors)")
            #expect(!refused.errors.contains("POST"))
        }
        try write(#"{"url":"${URL}"}"#)
        #expect(try await tools().code == 78)
        // A file that the person names is trusted.
        #expect(try await tools(["--config", ".mcp.json"]).code == 2)
        let allowed = try await client.run(["allow", "demo", "--output", "json"])
        #expect(allowed.code == 0 && allowed.json["variables"] == ["URL"])
        #expect(try await tools().code == 2)
        try write(#"{"url":"${URL}","headers":{"X":"${ANY}"}}"#)
        #expect(try await tools().code == 78)
        #expect(try await client.run(["allow", "other"]).code == 64)

        // The user's own entry takes precedence, and the other is mentioned.
        try write(#"{"url":"http://127.0.0.1:1/mcp","headers":{"X":"${URL}"}}"#)
        #expect(try await client.run(["add", "demo", url]).code == 0)
        let own = try await tools()
        #expect(own.code == 2 && own.errors.contains("another 'demo', which is not used"), "\(own.errors)")
        let list = try await client.run(["list"])
        #expect(list.output == "demo  \(url)\n" && list.errors.contains("another 'demo'"))
        #expect(try await tools(["--config", ".mcp.json"]).code == 69)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("A person may paste a wrong answer twice")
    func pasted() async throws {
        let (server, ready) = try await Binary.ready()
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        let outcome = try await client.run(
            ["login", url, "--no-browser", "--client-id", "static-mcp-client-001"],
            input: "a-code\n'http://127.0.0.1:33418/callback?code=c&state=other'\n\n", environment: ClientBinary.secret)
        #expect(outcome.code == 77)
        for words in ["the code alone is not enough", "does not belong to this login", "Nothing was pasted"] {
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("The doctor's report is text, JSON and JUnit, and its exit code is 1 when something is wrong")
    func doctor() async throws {
        let (server, ready) = try await Binary.ready([
            "--redirect-match", "exact", "--redirect-uris", "http://127.0.0.1:33418/callback",
        ])
        let (client, url) = (try ClientBinary(), try Self.url(ready))
        func examine(_ form: String) async throws -> ClientBinary.Outcome {
            try await client.run(
                ["doctor", url, "--output", form] + ClientBinary.headless, input: "demo_password\n",
                environment: ClientBinary.secret)
        }
        let text = try await examine("text")
        #expect(text.code == 1, "\(text.errors)")
        #expect(text.output.contains("FAIL redirect-port"))
        let failed = try await examine("json").json["findings"]?.array?.filter { $0.object?["outcome"] == "failed" }
        #expect(failed?.map { $0.object?["check"] } == ["redirect-port"])
        #expect(try await examine("junit").output.contains("failures=\"1\""))
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("Every command has help, and shells get completions")
    func help() async throws {
        let client = try ClientBinary()
        let all = try await client.run(["--help"])
        #expect(all.code == 0)
        for command in [
            "login", "tools", "call", "listen", "discover", "token", "refresh", "logout", "introspect", "add", "list",
            "remove", "allow",
            "bridge", "doctor",
        ] {
            #expect(all.output.contains("  \(command) "), "\(command)")
            #expect(try await client.run([command, "--help"]).code == 0, "\(command)")
        }
        let server = try Binary(["--version"])
        #expect(await server.exitCode() == 0)
        #expect(try await client.run(["--version"]).output == server.standardOutput)
        for shell in ["bash", "zsh", "fish"] {
            #expect(
                try await client.run(["--generate-completion-script", shell]).output.contains("static-auth-client"))
        }
    }
}
