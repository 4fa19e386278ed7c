internal import ArgumentParser
internal import MCPClient
internal import OAuth
internal import Primitives

/// `token`: prints a valid access token, for other programs.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print a valid access token, for other programs. It is a secret: do not log it.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options) { context in
            let stored = try await context.access.token()
            let token = if let stored { stored } else { try await context.access.authorize() }
            try context.output.result(["access_token": .string(token.reveal())], text: token.reveal())
        }
    }
}

/// `introspect`: asks the authorization server about the token.
struct IntrospectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "introspect", abstract: "Ask the authorization server about the access token.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options, asksPerson: false) { context in
            guard let tokens = try await context.access.tokens() else {
                throw ClientError(
                    .authorizationRequired, "Nobody is logged in at \(KeyInAddress.removed(from: context.server)).",
                    advice: .logIn(server: options.server, scope: nil))
            }
            let facts = try await context.access.introspect(tokens.accessToken)
            try context.output.result(facts.document, text: Lines.of(facts.document))
        }
    }
}

/// Shows a document to people.
enum Lines {
    /// One line per member; lists are joined.
    static func of(_ document: JSONObject) -> String {
        document.members.map { "\($0.name): \(text($0.value))".oneLine }.joined(separator: "\n")
    }

    static func text(_ value: JSONValue) -> String {
        if let text = value.string { return text }
        if let elements = value.array { return elements.map(text).joined(separator: ", ") }
        return String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    }
}
