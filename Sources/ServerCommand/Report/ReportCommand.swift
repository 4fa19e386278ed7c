internal import ArgumentParser
internal import OAuth
internal import Primitives
internal import StaticAuthServer

/// Asks a running server for the report on its clients, prints it, and exits with its verdict.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print which rules the clients of a running server followed.",
        discussion: """
            Exit codes: 0 when no rule was broken, 1 when one was, or a required one was not seen, 2 when no client was \
            seen, 64 for a bad flag, a client or a flow that was not seen, 69 when the server does not answer. The debug token is read from \
            MCP_STATIC_DEBUG_TOKEN.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
        case markdown
        case html
        case junit
    }

    @Option(help: .init("Where the server is, over plain http.", valueName: "url"))
    var url = "http://localhost:9003"

    @Option(
        help: .init(
            "Form of the report: text, json, markdown (for the summary of a job), html or junit.", valueName: "form"))
    var format = Format.text

    @Option(help: .init("Only the client of this name, such as my-client or my-client/1.2.", valueName: "name"))
    var client: String?

    @Option(help: .init("Only the flow of this number.", valueName: "number"))
    var flow: String?

    @Option(
        help: .init(
            "Only requests after the one of this number, or from a time in UTC on, such as 2026-07-28T12:00:00Z.",
            valueName: "number|time"))
    var since: String?

    @Option(
        help: .init(
            "Rules that fail when no request shows that they were followed, such as refresh-once,pkce-verifier.",
            valueName: "rule,…"))
    var require: String?

    func run() throws {
        let output = StandardError()
        let fields = Self.token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        guard let request = PlainGet(origin: url, target: target, fields: fields) else {
            output.line("static-auth-server: --url: '\(url)' is no origin such as http://localhost:9003.")
            throw ExitCode.usage
        }
        let answer: PlainGet.Answer
        do throws(PlainGet.Failure) {
            answer = try request.answer()
        } catch {
            output.line("static-auth-server: \(url) does not answer: \(error.reason).")
            throw ExitCode.unavailable
        }
        if let problem = Self.problem(ofSelection: answer) {
            output.line("static-auth-server: \(problem)")
            throw ExitCode.usage
        }
        guard answer.status == 200, let broken = answer.fields["report-failures"].flatMap({ Int($0) }) else {
            output.line("static-auth-server: \(url) gives no report (status \(answer.status)). \(Self.advice(answer))")
            throw ExitCode.unavailable
        }
        print(String(decoding: answer.body, as: UTF8.self).legible(keeping: .lineBreaks), terminator: "")
        if broken > 0 { throw ExitCode(1) }
        if answer.fields["report-passes"] == "0" { throw ExitCode(2) }
    }

    private var target: String {
        let selection = [("client", client), ("flow", flow), ("since", since), ("require", require)]
        let given = selection.compactMap { name, value in value.map { "&\(name)=\(FormCoding.encode($0))" } }
        return "/debug/report?format=\(format.rawValue)" + given.joined()
    }

    /// The server's words about a client, flow or time that it does not know.
    private static func problem(ofSelection answer: PlainGet.Answer) -> String? {
        guard let document = (try? JSONParser.parse(answer.body))?.object,
            ["unknown_client", "unknown_flow", "unknown_rule", "invalid_request"].contains(document["error"]?.string)
        else { return nil }
        return document["error_description"]?.string?.legible(keeping: .lineBreaks)
    }

    private static var token: String? {
        let variables = ProcessEnvironment.entries()
        if let token = variables.first(where: { $0.name == "MCP_STATIC_DEBUG_TOKEN" }) { return token.text }
        let file = variables.first { $0.name == "MCP_STATIC_DEBUG_TOKEN_FILE" }?.text
        return file.flatMap { try? SecretFile(path: $0).values(.single).first }
    }

    private static func advice(_ answer: PlainGet.Answer) -> String {
        switch answer.status {
        case 401: "It needs its debug token in MCP_STATIC_DEBUG_TOKEN."
        case 404: "Debugging is switched off there."
        default: "Debugging is for programs on the server's own machine, or with a debug token."
        }
    }
}
