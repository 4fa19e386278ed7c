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
            seen, 64 for a bad flag, a client or a flow that was not seen, 69 when the server does not answer or gives no \
            report, 78 for a bad file of the debug token. The server is where --url says, or --host and --port, or the \
            variables MCP_STATIC_HOST and MCP_STATIC_PORT; no .env file is read. The debug token is that of --debug-token, \
            MCP_STATIC_DEBUG_TOKEN or the file that MCP_STATIC_DEBUG_TOKEN_FILE names.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
        case markdown
        case html
        case junit
    }

    @ParentCommand private var server: StaticAuthServerCommand

    @Option(help: .init("Where the server is, over plain http. (default: http://localhost:9003)", valueName: "url"))
    var url: String?

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
        let (flags, output) = (GivenFlags(server.flags), StandardError())
        try flags.allow(RunningServer.flags + [DebugToken.flag], for: Self.self)
        let running = try RunningServer(url: url, flags)
        let token: DebugToken?
        do throws(MalformedValue) {
            token = try DebugToken(flags)
        } catch {
            output.line("static-auth-server: \(DebugToken.fileVariable): \(error.reason)")
            throw ExitCode.configuration
        }
        let fields = token.map { [(name: "Authorization", value: "Bearer \($0.text)")] } ?? []
        let request = try running.get(target, fields: fields)
        let answer: PlainGet.Answer
        do throws(PlainGet.Failure) {
            answer = try request.answer()
        } catch {
            output.line("static-auth-server: \(running.url) does not answer: \(error.reason).")
            throw ExitCode.unavailable
        }
        if let problem = Self.problem(ofSelection: answer) {
            output.line("static-auth-server: \(problem)")
            throw ExitCode.usage
        }
        guard answer.status == 200, let broken = answer.fields["report-failures"].flatMap({ Int($0) }) else {
            let advice = Self.advice(answer, token)
            output.line("static-auth-server: \(running.url) gives no report (status \(answer.status)). \(advice)")
            throw ExitCode.unavailable
        }
        try StandardOutput.result(String(decoding: answer.body, as: UTF8.self).legible(keeping: ["\n", "\t"]))
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

    private static func advice(_ answer: PlainGet.Answer, _ token: DebugToken?) -> String {
        switch (answer.status, token) {
        case (401, nil): "It needs its debug token in \(DebugToken.variable)."
        case (401, let token?): "The debug token of \(token.source) is not the server's."
        case (404, _): "Debugging is switched off there, or this is another server."
        case (429, _): "It has seen too many wrong debug tokens; wait a minute."
        case (200, _): "This is another server, or another version of it."
        default: "Debugging is for programs on the server's own machine, or with a debug token."
        }
    }
}

/// The debug token for a running server.
private struct DebugToken {
    let text: String
    /// The flag or variable that it comes from.
    let source: String

    static let flag = "--debug-token"
    static let variable = variablePrefix + "DEBUG_TOKEN"
    static let fileVariable = variable + "_FILE"

    /// Finds it; nil when there is none.
    ///
    /// - Throws: the reason why the file cannot be read.
    init?(_ flags: GivenFlags) throws(MalformedValue) {
        let variables = ProcessEnvironment.entries()
        func value(_ name: String) -> String? { variables.last { $0.name == name }?.text }
        if let text = flags[Self.flag].last {
            (self.text, source) = (text, Self.flag)
        } else if let text = value(Self.variable) {
            (self.text, source) = (text, Self.variable)
        } else if let path = value(Self.fileVariable) {
            guard let text = try SecretFile(path: path).values(.single).first else { return nil }
            (self.text, source) = (text, Self.fileVariable)
        } else {
            return nil
        }
    }
}
