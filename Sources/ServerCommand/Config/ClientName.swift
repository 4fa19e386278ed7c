internal import ArgumentParser

/// A client that `config` supports.
///
/// The formats were collected in August 2026 from documentation and sources; such facts become outdated.
enum ClientName: String, CaseIterable, ExpressibleByArgument {
    case claudeCode = "claude-code"
    case vscode
    case cursor
    case inspector
    case mcpRemote = "mcp-remote"
    case gemini
    case codex
    case opencode
    case python
    case curl

    /// The text to paste.
    func configuration(of server: Instance) -> String {
        switch self {
        case .claudeCode: ClientFiles.claudeCode(server)
        case .vscode: ClientFiles.vscode(server)
        case .cursor: ClientFiles.cursor(server)
        case .inspector: ClientFiles.inspector(server)
        case .mcpRemote: ClientFiles.mcpRemote(server)
        case .gemini: ClientFiles.gemini(server)
        case .codex: ClientFiles.codex(server)
        case .opencode: ClientFiles.opencode(server)
        case .python: PythonProgram(server: server).text
        case .curl: CurlSession(server: server).text
        }
    }

    /// The place to paste it, and the remaining steps.
    func notes(on server: Instance) -> [String] {
        var notes = [place]
        switch self {
        case .vscode where server.secret != nil:
            notes.append("VS Code asks for the client secret in a dialog.")
        case .claudeCode where server.secret != nil && !server.isRevealed:
            notes.append("Claude Code asks for the client secret; with --reveal it is in the command.")
        case .codex where server.secret != nil:
            notes.append("Codex takes a client id, and no secret is known of: start the server with --token-auth none.")
        case .vscode, .claudeCode, .codex: break
        default:
            if server.secret != nil, !server.isRevealed {
                notes.append("Put the client secret where it says YOUR_CLIENT_SECRET, or use --reveal.")
            }
        }
        if [.python, .curl].contains(self), !server.isRevealed {
            notes.append("Put the password of \(server.userName) where it says YOUR_PASSWORD, or use --reveal.")
        }
        return notes
    }

    private var place: String {
        switch self {
        case .claudeCode, .mcpRemote: "Run this in a shell."
        case .vscode: "This is .vscode/mcp.json of a folder, or the mcp.json of the user."
        case .cursor: "This belongs into ~/.cursor/mcp.json."
        case .inspector: "These are the fields of the Inspector's page."
        case .gemini: "This belongs into ~/.gemini/settings.json."
        case .codex: "This belongs into ~/.codex/config.toml."
        case .opencode: "This belongs into opencode.json."
        case .python: "This is a program for python3, which needs nothing else."
        case .curl: "This is a script for bash."
        }
    }
}
