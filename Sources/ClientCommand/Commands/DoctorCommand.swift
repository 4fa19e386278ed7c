internal import ArgumentParser
internal import MCPClient
internal import Primitives

/// `doctor`: finds violations and pitfalls of a server.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check a server for everything that clients need from it, and explain each failure.",
        discussion: """
            It logs in with the options of 'login', once more where a tool demands more scope, calls no tool but one \
            that says that it only reads, and gives back its tokens in the end. With --no-login it looks at what can be \
            seen from outside.

            Each check is ok, FAIL (against what is written), NOTE (allowed, but known clients stumble over it) or skip \
            (another finding made it impossible). The exit code is 1 when something failed; otherwise 0, or the code of \
            what ended the walk early: 2 for a client without its secret, 69 for an answer that did not come in time, 77 for a client or a person that was \
            refused.
            """)

    @Flag(name: .shortAndLong, help: "Give every check a line, in the order of the walk.")
    var verbose = false

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options, writesJUnit: true) { context in
            let client = if let given = context.client { given } else { try await context.access.login()?.client }
            let diagnosis = try await Doctor(
                server: context.server, web: context.web, agent: context.agent, client: client, hint: { $0.words }
            )
            .examine()
            switch options.common.output {
            case .junit: try Output(form: .text).result([:], text: diagnosis.junit)
            case .json, .text:
                let text = verbose ? "\(diagnosis.text)\n\n\(diagnosis.sum)" : diagnosis.overview
                try context.output.result(
                    diagnosis.document, text: verbose || !diagnosis.isFolded ? text : "\(text) -v names them.",
                    painting: Self.colors)
            }
            if !diagnosis.isHealthy { throw ExitCodes.toolFailed }
            if let obstacle = diagnosis.obstacle {
                Output.notice("static-auth-client: the doctor could not see everything. \(obstacle.words)")
                throw ExitCodes.code(for: obstacle)
            }
        }
    }

    /// The colours of lines, by how they begin.
    private static let colors: KeyValuePairs<String, Output.Color> = [
        "ok ": .green, "FAIL ": .red, "NOTE ": .amber, "skip ": .dim,
    ]
}
