internal import ArgumentParser
internal import OAuth
internal import Primitives
internal import StaticAuthServer

/// `static-auth-server config NAME`: prints the text to paste into a client.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print what to paste into a client, for this very server.",
        discussion: """
            The server is described by the same flags, variables and .env file as when it is started. With --ready-file \
            of a running server, or --url, its address and client id come from there. Secrets are printed with --reveal \
            only.
            """)

    @ParentCommand private var server: StaticAuthServerCommand

    @Argument(help: "The client: \(ClientName.allCases.map(\.rawValue).joined(separator: ", ")).")
    private var client: ClientName

    @Option(help: .init("URL of a running server, instead of the settings' own.", valueName: "url"))
    private var url: String?

    @Flag(help: "Print the client secret, and the password where one is needed.")
    private var reveal = false

    func run() throws {
        let launch = try server.load()
        let instance = try Instance(launch, address: try address(launch), reveal: reveal)
        print(client.configuration(of: instance))
        for note in client.notes(on: instance) { StandardError().line("Note: \(note)") }
    }

    /// The URL of the server and its client, from the most specific source.
    private func address(_ launch: LaunchOptions) throws -> Instance.Address {
        if let url {
            guard let address = Instance.Address(url: url, clientID: launch.settings.clientID) else {
                throw ValidationError("--url: '\(url)' is not the http or https URL of a server.")
            }
            return address
        }
        if let path = launch.readyFile {
            guard let text = try? Files.text(of: path, atMost: 4096),
                let document = (try? JSONParser.parse(Array(text.utf8)))?.object,
                let url = document["base_url"]?.string,
                let clientID = document["client_id"]?.string,
                let address = Instance.Address(url: url, clientID: clientID)
            else {
                throw ValidationError(
                    "--ready-file \(path): No server has written this file. Start one, or give --url.")
            }
            return address
        }
        let settings = launch.settings
        guard settings.port != 0 || settings.publicURL != nil else {
            throw ValidationError(
                "--port 0 is any free port; say which by --ready-file or --url of the running server.")
        }
        return Instance.Address(baseURL: settings.baseURL(port: settings.port), clientID: settings.clientID)
    }
}
