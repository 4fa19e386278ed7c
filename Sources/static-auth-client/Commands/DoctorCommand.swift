internal import ArgumentParser
internal import MCP
internal import MCPClient

/// `doctor`: says what is wrong with a server.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Walk through everything that a client meets at a server, and say what is wrong with it.",
        discussion: """
            It logs in once, with the options of 'login', and keeps no tokens; with --no-login it looks at what can be \
            seen from outside. The exit code is 1 when something is wrong.
            """)

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await Run.with(options, writesJUnit: true) { setup in
            let client = if let given = setup.client { given } else { try await setup.access.login()?.client }
            let diagnosis = try await Doctor(server: setup.server, web: setup.web, agent: setup.agent, client: client)
                .examine()
            switch options.common.output {
            case .junit: Output(form: .text).result([:], text: diagnosis.junit)
            case .json, .text: setup.output.result(diagnosis.document, text: diagnosis.text)
            }
            if !diagnosis.isHealthy { throw ExitCodes.toolFailed }
        }
    }
}
