import OAuth
import OAuthServer
import Testing
import TestSupport

@testable import ServerCommand
@testable import StaticAuthServer

@Suite("Names of settings in messages")
struct WordingTests {
    @Test("Every public property of the settings has a key of its name")
    func keys() {
        let others = ["wording", "clientCards", "resourceRule", "withheldScope"]
        let properties = Mirror(reflecting: Settings()).children.compactMap(\.label).filter { !others.contains($0) }
        #expect(properties == SettingKey.allCases.map(\.rawValue))
    }

    @Test("The command has a flag for every setting, and its own words for every phrase")
    func flags() {
        for key in SettingKey.allCases { #expect(Wording.flags[key].hasPrefix("--"), "\(key)") }
        for phrase in Wording.Phrase.allCases { #expect(Wording.flags[phrase] != phrase.rawValue, "\(phrase)") }
    }

    @Test("An embedded server names properties to a client and to its log, and never a flag", arguments: [0, 1, 2])
    func embedded(group: Int) async throws {
        var said = ""
        for mistake in [Mistake.authorize, Mistake.token, Mistake.mcp][group] {
            let outcome = try await mistake.outcome(wording: Wording())
            said += ([outcome.answer.body] + outcome.log).joined(separator: "\n")
        }
        expectNoFlag(said)
        // A mistake at /authorize names settings on its page only.
        if group > 0 { #expect(said.contains(group == 1 ? "settings.clientID" : "settings.publicURL")) }
    }

    @Test("So does what it says about limits, debugging, scenarios and redirect URIs")
    func elsewhere() async throws {
        try await withTestServer({ $0.rateLimit = 1 }) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            _ = try await client.callEcho("", token: token)
            expect(try await client.callEcho("", token: token).body, names: "settings.rateLimit")
            let remote = try await client.get("/debug/requests", [("X-Forwarded-For", "192.0.2.1")])
            expect(remote.body, names: "settings.debugToken")
            let scenario = try await client.send(
                "PUT", "/debug/scenario", [("Content-Type", "application/json")],
                body: #"{"name":"nothing-like-it"}"#)
            expect(scenario.body, names: "Scenario.all")
        }
        try await withTestServer({ $0.debugToken = Secret("0123456789abcdef") }) { client, _ in
            expect(try await client.get("/debug/requests").body, names: "settings.debugToken")
        }
        try await withTestServer { client, _ in
            let page = try await client.get(Flow(client, ["redirect_uri": "https://attacker.example/"]).target)
            expect(
                page.body,
                names: "settings.clientID, settings.redirectURIs, settings.redirectPreset and settings.redirectMatch")
        }
        let log = LogLines()
        try await withTestServer({ $0.autoApprove = .firstUser }, logger: log.logger) { _, _ in }
        expect(log.all.joined(separator: "\n"), names: "settings.autoApprove is on")
    }

    /// Settings with problems, and what a message about each names.
    private static let wrong: [(change: @Sendable (inout Settings) -> Void, names: String)] = [
        ({ $0.clientSecret = Secret("") }, "settings.tokenAuth = .none"),
        ({ $0.requireScope = ["echo": "a b"] }, "write [tool: scope]"),
        ({ $0.users = [] }, "give Login(name:password:)"),
        ({ $0.users = [.init(name: "", password: Secret("x"))] }, "write Login(name:password:)"),
        ({ $0.autoApprove = .user("nobody") }, "one that settings.users gives"),
        ({ $0.refresh = .grace(.zero) }, "Give .grace(duration)"),
        ({ $0.advertiseExpiresIn = .fixed(.seconds(-1)) }, ".omitted or .string"),
        ({ $0.scenario = "nothing-like-it" }, "Scenario.all lists them"),
        (
            {
                $0.scenario = "issuer-slash"
                $0.debug = false
            }, "what settings.debug = false switches off"
        ),
        (
            {
                $0.scenario = "issuer-slash"
                $0.publicURL = "https://mcp.example.com"
            }, "give settings.debugToken too"
        ),
        ({ $0.clientID = "" }, "settings.clientID: "),
        ({ $0.codeTTL = .zero }, "settings.codeTTL: "),
    ]

    @Test("A server that cannot start says so about properties", arguments: wrong.indices)
    func settings(index: Int) async throws {
        let (change, name) = Self.wrong[index]
        var settings = Settings()
        change(&settings)
        let problems = settings.problems(toolNames: ["echo"])
        expect(StaticAuthServer.StartError.settings(problems).description, names: name)
        settings.wording = .flags
        let flagged = StaticAuthServer.StartError.settings(settings.problems(toolNames: ["echo"]))
        #expect(!flagged.description(.flags).contains(name))
    }

    @Test("A port in use is to be changed by the property, or by the flag")
    func port() {
        let error = StaticAuthServer.StartError.portInUse(9003)
        expect(error.description, names: "another port with settings.port (0: any free port).")
        #expect(
            error.description(.flags)
                == "Port 9003 is in use by another process. Stop that one, or choose another port with --port (0: any "
                + "free port).")
    }

    private func expect(_ text: String, names name: String) {
        #expect(text.contains(name))
        expectNoFlag(text)
    }

    private func expectNoFlag(_ text: String) {
        for flag in ServerFlags.settings.map(\.flag) { #expect(!text.contains(flag), "\(flag)") }
        for command in ["static-auth-server -", "static-auth-server scenarios", "NAME:PASSWORD", "TOOL=SCOPE"] {
            #expect(!text.contains(command), "\(command)")
        }
    }
}
