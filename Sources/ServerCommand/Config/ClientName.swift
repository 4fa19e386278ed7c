internal import ArgumentParser
internal import Primitives

/// A client that `config` supports.
enum ClientName: String, CaseIterable {
    case claudeCode = "claude-code"
    case vscode
    case cursor
    case inspector
    case mcpRemote = "mcp-remote"
    case gemini
    case codex
    case opencode
    case zed
    case kiro
    case librechat
    case windsurf
    case cline
    case goose
    case python
    case curl

    /// The format and the facts about it; such facts become outdated.
    var recipe: ClientRecipe {
        switch self {
        case .claudeCode: .claudeCode
        case .vscode: .vscode
        case .cursor: .cursor
        case .inspector: .inspector
        case .mcpRemote: .mcpRemote
        case .gemini: .gemini
        case .codex: .codex
        case .opencode: .opencode
        case .zed: .zed
        case .kiro: .kiro
        case .librechat: .librechat
        case .windsurf: .windsurf
        case .cline: .cline
        case .goose: .goose
        case .python: .python
        case .curl: .curl
        }
    }

    /// The client with a name.
    ///
    /// - Throws: the names that there are, or the one that may be meant.
    static func named(_ name: String) throws -> ClientName {
        if let client = ClientName(rawValue: name) { return client }
        let known = allCases.map(\.rawValue)
        let nearest = SpellingSuggestion.name(to: name, among: known)
        throw ValidationError(nearest.map { "Did you mean '\($0)'?" } ?? "Known are \(known.joined(separator: ", ")).")
    }

    /// A line for each client: its name, when its format was checked, and the source.
    static var list: String {
        let width = (allCases.map(\.rawValue.count).max() ?? 0) + 2
        return allCases.map { client in
            let name = client.rawValue
            let recipe = client.recipe
            return name + String(repeating: " ", count: width - name.count) + "\(recipe.checked)  \(recipe.source)"
        }.joined(separator: "\n")
    }
}
