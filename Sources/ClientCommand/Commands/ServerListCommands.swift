internal import ArgumentParser
internal import MCPClient
internal import Primitives

/// `add`: stores a server under a name.
struct AddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Store a server under a name, which then stands for its URL.")

    @Argument(help: .init("The name.")) var name: String
    @Argument(help: .init("The URL; it may hold ${NAME} and ${NAME:-default}.")) var url: String

    @Option(name: .customLong("client-id"), help: .init("The identifier of the registered client.", valueName: "id"))
    var clientID: String?

    @Option(name: .customLong("callback-port"), help: .init("The port to receive the callback at.", valueName: "port"))
    var callbackPort: Int?

    @Option(help: .init("A header such as 'X-Team: ${TEAM}'; repeatable.", valueName: "name: value"))
    var header: [String] = []

    @Flag(help: "Store it in .mcp.json here, for everybody who works on this project.")
    var project = false

    @OptionGroup(title: "Output and files") var common: CommonOptions

    func run() async throws {
        try await CommandRunner.reporting(common.output) {
            let environment = ProcessEnvironment()
            guard !name.contains("://") else {
                throw ClientError(
                    .usage, "'\(KeyInAddress.removed(from: name))' is a URL and no name.",
                    advice: "The name comes first.")
            }
            guard ServerEntry.isName(name) else {
                throw ClientError(
                    .usage, "'\(name)' is no name for a server.",
                    advice: "A name is of letters, digits, '-', '_' and '.', and begins with a letter or a digit.")
            }
            let entry = try ServerEntry(
                url: url, headers: try headers(), clientID: clientID, callbackPort: callbackPort)
            let files = try NamedServer.files(common, environment, mayBeNew: true)
            let file = project ? files[files.count - 1] : files[0]
            try file.add(name, entry)
            // The author of an entry knows which variables it reads.
            if project { try environment.allowedEntries().add(name, entry, of: file) }
            try Output(form: common.output).result(
                ["name": .string(name), "file": .string(file.path)], text: "Added \(name) to \(file.path).")
        }
    }

    private func headers() throws(ClientError) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for text in header {
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
                throw ClientError(.usage, "'\(text)' is no header.", advice: "Write 'Name: value'.")
            }
            headers.append((String(text[..<colon]), String(text[text.index(after: colon)...].drop { $0 == " " })))
        }
        return headers
    }
}

/// `list`: shows the stored servers.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the stored servers.")

    @OptionGroup(title: "Output and files") var common: CommonOptions

    func run() async throws {
        try await CommandRunner.reporting(common.output) {
            var members: JSONObject = [:]
            var lines: [String] = []
            for file in try NamedServer.files(common, ProcessEnvironment()) {
                for (name, entry) in try file.servers() {
                    guard members[name] == nil else {
                        Output.notice("Note: \(file.path) has another '\(name)', which is not used.")
                        continue
                    }
                    members[name] = .object(entry.members)
                    lines.append("\(name)  \(entry.writtenURL ?? "(a process)")".oneLine)
                }
            }
            if members.isEmpty {
                Output.notice("No servers are stored. Add one: static-auth-client add NAME URL")
            }
            try Output(form: common.output)
                .result(["mcpServers": .object(members)], text: lines.joined(separator: "\n"))
        }
    }
}

/// `remove`: forgets a stored server; its tokens stay until a logout.
struct RemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Forget a stored server. Its tokens stay until 'logout'.")

    @Argument(help: .init("The name.")) var name: String
    @OptionGroup(title: "Output and files") var common: CommonOptions

    func run() async throws {
        try await CommandRunner.reporting(common.output) {
            let files = try NamedServer.files(common, ProcessEnvironment())
            for file in files where try file.remove(name) {
                try Output(form: common.output).result(
                    ["name": .string(name), "file": .string(file.path)], text: "Removed \(name) from \(file.path).")
                return
            }
            throw ClientError(
                .usage, "There is no server '\(name)'.",
                advice: NamedServer.suggestion(for: name, in: files) ?? "See: static-auth-client list")
        }
    }
}
