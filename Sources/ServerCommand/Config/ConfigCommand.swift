internal import ArgumentParser
internal import OAuth
internal import Primitives
internal import StaticAuthServer

/// `static-auth-server config NAME`: prints the text to paste into a client.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the configuration of this server for a client, ready to paste.",
        discussion: """
            The server is described by the same flags, variables and .env file as when it is started. With --ready-file \
            of a running server, or --url, its address and client id come from there. Secrets are printed with --reveal, \
            and without it while they are the public defaults.
            """)

    @ParentCommand private var server: StaticAuthServerCommand

    @Argument(
        help: "The client: \(ClientName.allCases.map(\.rawValue).joined(separator: ", ")).",
        transform: ClientName.named)
    private var client: ClientName?

    @Flag(help: "List the clients, each with the day on which its format was checked, and the source.")
    private var list = false

    @Flag(help: "Add the entry to the client's JSON file, and keep everything else that is in it.")
    private var write = false

    @Option(help: .init("The client's file, where it is not in its usual place; with --write.", valueName: "path"))
    private var file: String?

    @Option(help: .init("URL of a running server, instead of the settings' own.", valueName: "url"))
    private var url: String?

    @Flag(help: "Print the client secret, and the password where one is needed.")
    private var reveal = false

    func validate() throws {
        guard list || client != nil else {
            throw ValidationError("Name a client, or give --list.")
        }
        guard file == nil || write else { throw ValidationError("--file is of use with --write only.") }
    }

    func run() throws {
        guard let client, !list else { return try StandardOutput.result(ClientName.list + "\n") }
        let recipe = client.recipe
        let launch = try StaticAuthServerCommand.load(GivenFlags(server.flags))
        let instance = try Instance(launch, address: try address(launch), reveal: reveal)
        let output = StandardError()
        if write {
            guard case .file(let place, let entry) = recipe.form else {
                throw ValidationError("--write: \(client.rawValue) reads no JSON file. Without it the text is printed.")
            }
            let merge = JSONFileMerge(path: file ?? place.path, keys: place.keys + [ClientRecipe.serverName])
            output.line("Wrote \(try merge.write(entry(instance), placeholder: instance.placeholder)).")
        } else {
            try StandardOutput.result(recipe.text(of: instance) + "\n")
            output.line("Note: \(recipe.place)")
            if let placeholder = instance.placeholder, recipe.text(of: instance).contains(placeholder) {
                output.line("Note: Put the client secret where it says \(placeholder), or use --reveal.")
            }
        }
        for note in recipe.notes(instance) { output.line("Note: \(note)") }
        output.line("Next: \(recipe.next)")
    }

    /// The URL of the server and its client, from the most specific source.
    private func address(_ launch: LaunchOptions) throws -> Instance.Address {
        if let url {
            var settings = launch.settings
            guard var address = Instance.Address(url: url, clientID: settings.clientID) else {
                throw ValidationError("--url: '\(url)' is not the http or https URL of a server.")
            }
            // Whether there is a public client depends on where the server is.
            settings.publicURL = address.baseURL
            address.publicClientID = settings.publicClientID
            return address
        }
        if let path = launch.readyFile {
            guard let text = try? Files.text(of: path, atMost: 4096),
                let document = (try? JSONParser.parse(Array(text.utf8)))?.object,
                let url = document["base_url"]?.string,
                let clientID = document["client_id"]?.string,
                let address = Instance.Address(
                    url: url, clientID: clientID, publicClientID: document["public_client_id"]?.string)
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
        return Instance.Address(
            baseURL: settings.baseURL(port: settings.port), clientID: settings.clientID,
            publicClientID: settings.publicClientID)
    }
}
