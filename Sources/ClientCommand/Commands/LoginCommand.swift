internal import ArgumentParser
internal import MCPClient
internal import OAuth
internal import Primitives

/// `login`: goes through the authorization and stores the tokens.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Log in to a server, in the browser or without one.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options) { [options] context in
            guard !options.login.neverAsks else {
                throw ClientError(
                    .usage, "--no-login rules out the login that this command is for.", advice: "Leave it out.")
            }
            _ = try await context.access.authorize()
            try await Report.login(context)
        }
    }
}

/// `refresh`: exchanges the refresh token for new tokens now.
struct RefreshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Trade the refresh token for new tokens now.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options, asksPerson: false) { context in
            guard try await context.access.refresh(insteadOf: nil, isForced: true) != nil else {
                throw ClientError(
                    .authorizationRequired,
                    "There is no refresh token for \(KeyInAddress.removed(from: context.server)) that is still good.",
                    advice: .logIn(server: options.server, scope: nil))
            }
            try await Report.login(context)
        }
    }
}

/// `logout`: revokes and forgets the tokens.
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Revoke the tokens of a server and forget them.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options, asksPerson: false) { context in
            let isRevoked = try await context.access.logout()
            let text =
                switch isRevoked {
                case true?: "Logged out; the server took the tokens back."
                case false?: "Logged out here; the server did not take the tokens back."
                case nil: "Nobody was logged in."
                }
            try context.output.result(
                ["logged_out": .bool(isRevoked != nil), "revoked": .bool(isRevoked ?? false)], text: text)
        }
    }
}

/// The texts of several commands about a login.
enum Report {
    static func login(_ context: CommandContext) async throws {
        guard let login = try await context.access.login(), let tokens = try await context.access.tokens() else {
            return
        }
        var document: JSONObject = [
            "server": .string(login.server), "issuer": .string(login.issuer), "client_id": .string(login.client.id),
            "resource": .string(login.resource), "refreshable": .bool(tokens.refreshToken != nil),
        ]
        document["scope"] = tokens.scope.map { .string($0.description) }
        document["expires_at"] = tokens.expiresAt.map { JSONValue(Int($0.components.seconds)) }
        let scope = tokens.scope.map { ", scope '\($0)'" } ?? ""
        try context.output.result(
            document, text: "Logged in to \(login.server) as the client \(login.client.id)\(scope).".oneLine)
    }
}
