import MCPCore
import OAuth
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("Pasted answers")
struct PastedAnswerTests {
    private static func attempt() throws -> AuthorizationAttempt {
        let issuer = "http://127.0.0.1:1"
        let server = try AddressCheck.server("\(issuer)/mcp")
        return AuthorizationAttempt(
            issuer: try IssuerMetadata(
                ScriptedServer.issuerMetadata(issuer), for: issuer, check: AddressCheck(server: server)),
            client: ClientIdentity(id: "c"), redirectURI: "http://127.0.0.1:33418/callback",
            resource: "\(issuer)/mcp", scope: nil)
    }

    private static let forms: [String] = [
        "URL", " URL ", "\tURL\r", "URL\r\n", "\n\nURL\n", "\u{FEFF}URL\u{200B}", "\u{A0}URL\u{A0}", "\"URL\"", "'URL'",
        "`URL`", "``URL``", "<URL>", "(URL)", "[URL]", "{URL}", "“URL”", "‘URL’", "«URL»", "URL.", "URL,", "URL;",
        "URL:",
        "<URL>.", "\"URL\",", "(URL).", "URL!", "URL?", "**URL**", "URL|", "[here](URL)", "It ended at URL, I think.",
        "URL#", "URL#top", "QUERY", "?QUERY", " QUERY \r\n", "'QUERY'", "\"?QUERY\".", "(QUERY)",
        "Location: URL", "curl 'URL'",
    ]

    @Test("A URL is accepted with any text around it, and so is the query alone", arguments: forms)
    func clothes(_ clothes: String) throws {
        let attempt = try Self.attempt()
        // Either of the two may be the last one, next to the surrounding text.
        for last in ["state=\(attempt.state.reveal())", "code=a-code", "iss=http%3A%2F%2F127.0.0.1%3A1"] {
            let all = ["state=\(attempt.state.reveal())", "code=a-code", "iss=http%3A%2F%2F127.0.0.1%3A1"]
            let query = (all.filter { $0 != last } + [last]).joined(separator: "&")
            let text = clothes.replacing("URL", with: "http://127.0.0.1:33418/callback?\(query)")
                .replacing("QUERY", with: query)
            // Characters that a code may end with belong to the code.
            if last != all[0], ["URL!", "URL?", "**URL**", "URL|"].contains(clothes) { continue }
            let answer = try PastedAnswer(text).parameters(for: attempt)
            #expect(try CallbackCheck(attempt: attempt).code(answer).reveal() == "a-code", "\(text)")
        }
    }

    @Test("Escapes of a shell and of HTML, and lines that a terminal broke, are undone")
    func escapes() throws {
        let attempt = try Self.attempt()
        let url =
            "http://127.0.0.1:33418/callback?code=a-code&iss=http%3A%2F%2F127.0.0.1%3A1&state=\(attempt.state.reveal())"
        let broken = String(url.prefix(60)) + "\n  " + url.dropFirst(60)
        for text in [
            url.replacing("?", with: "\\?").replacing("&", with: "\\&").replacing("=", with: "\\="),
            url.replacing("&", with: "&amp;"), broken,
        ] {
            let answer = try PastedAnswer(text).parameters(for: attempt)
            #expect(try CallbackCheck(attempt: attempt).code(answer).reveal() == "a-code", "\(text)")
        }
    }

    @Test(
        "A code with special characters stays whole",
        arguments: ["M.C105_BAY.2.U!k*$", "4/0A-b_c~", "a(b)c[d]e", "a==", "a!"])
    func odd(_ code: String) throws {
        let attempt = try Self.attempt()
        for tail in ["", "&state=\(attempt.state.reveal())"] {
            let head = tail.isEmpty ? "state=\(attempt.state.reveal())&" : ""
            let text = "http://127.0.0.1:33418/callback?\(head)iss=http%3A%2F%2F127.0.0.1%3A1&code=\(code)\(tail)"
            let answer = try PastedAnswer(text).parameters(for: attempt)
            #expect(try CallbackCheck(attempt: attempt).code(answer).reveal() == code)
        }
    }

    @Test(
        "The error for other text names what is missing",
        arguments: [
            ("", "Nothing was pasted"), (" \r", "Nothing was pasted"), ("a-code", "the code alone is not enough"),
            ("a-code#STATE", "the code alone is not enough"), ("'4/0Axyz=='", "the code alone is not enough"),
            ("http://127.0.0.1:33418/callback", "no answer in its query"),
            ("http://127.0.0.1:33418/callback?", "no answer in its query"),
            ("https://login.example/?page=1", "no answer in its query"),
            ("http://127.0.0.1:33418/callback?code=a-code", "it has no state"),
            ("http://127.0.0.1:33418/callback?code=a-code&state=other", "does not belong to this login"),
            ("?code=%zz&state=STATE", "no answer in its query"),
            ("http://127.0.0.1:33418/callback?state=STATE", "neither a code nor an error"),
            ("http://127.0.0.1:33418/callback?state=STATE&cod", "neither a code nor an error"),
            ("http://127.0.0.1:33418/callback?state=STATE&code=", "neither a code nor an error"),
            ("http://127.0.0.1:33418/callback?state=STATE&code=a-code", "it has no iss"),
            ("http://127.0.0.1:33418/callback?code=a-code&sta", "it has no state"),
            ("http://127.0.0.1:33418/callback?code=a-code&state=HALF", "a part of its state"),
            ("https://login.example/authorize?client_id=c&state=STATE", "at which the login begins"),
            ("https://login.example/a?response_type=code&state=STATE&scope=a", "at which the login begins"),
        ])
    func missing(_ text: String, _ words: String) throws {
        let attempt = try Self.attempt()
        let state = attempt.state.reveal()
        let text = text.replacing("STATE", with: state).replacing("HALF", with: String(state.prefix(state.count / 2)))
        let error = #expect(throws: ClientError.self) { try PastedAnswer(text).parameters(for: attempt) }
        #expect(error?.problem.contains(words) == true, "\(error as Any)")
        #expect(error?.description.contains("a-code") == false)
    }

    @Test("A person gets three tries, and each mistake is explained")
    func tries() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let problems = Mutex<[String?]>([])
                func login(_ texts: [String]) async throws {
                    problems.withLock { $0 = [] }
                    let agent = PastedAnswerAgent(callback: .init()) { url, problem in
                        let count = problems.withLock { problems in
                            problems.append(problem?.code)
                            return problems.count
                        }
                        guard count <= texts.count else { return nil }
                        let state = Flow.parameters(of: url)["state"] ?? ""
                        let right = "http://127.0.0.1:33418/callback?code=a-code&iss=\(server.origin)&state=\(state)"
                        return texts[count - 1].replacing("RIGHT", with: right).replacing(
                            "STATE", with: "state=\(state)")
                    }
                    _ = try await bench.access(server.mcpURL, agent: agent).authorize()
                }
                try await login(["http://as/authorize?client_id=1&STATE", "<RIGHT>"])
                #expect(problems.withLock { $0 } == [nil, "pasted"])
                try await login(["a-code", "http://127.0.0.1:33418/callback?code=x&state=other", "<RIGHT>"])
                #expect(problems.withLock { $0 } == [nil, "pasted", "state"])
                #expect(await failure { try await login(["x", "y", "z", "RIGHT"]) }?.code == "pasted")
                #expect(problems.withLock { $0.count } == 3)
                // At the end of the input the last mistake is the reason.
                #expect(await failure { try await login(["x?state=other"]) }?.code == "state")
                #expect(await failure { try await login([]) }?.kind == .authorizationRefused)
                #expect(server.requests(to: "/token").count == 2)
            }
        }
    }
}
