internal import ArgumentParser

/// The flags of the server, by group.
struct ServerFlags: ParsableArguments {
    @OptionGroup(title: "Listening") var listening: ListeningSettings
    @OptionGroup(title: "The clients") var client: ClientSettings
    @OptionGroup(title: "People, scopes and tokens") var access: AccessSettings
    @OptionGroup(title: "Storage") var stores: StoresSettings
    @OptionGroup(title: "MCP") var mcp: MCPSettings
    @OptionGroup(title: "Debugging") var debugging: DebuggingSettings
    @OptionGroup(title: "The process") var process: ProcessSettings

    /// All settings but `--env-file`, in the order of `--help`.
    static let settings: [Setting<Self>] = [
        group(\.listening), group(\.client), group(\.access), group(\.stores), group(\.mcp), group(\.debugging),
        group(\.process),
    ].flatMap(\.self)

    private static func group<Group: SettingsGroup>(_ group: @escaping @Sendable (Self) -> Group) -> [Setting<Self>] {
        Group.settings.map { $0.within(group) }
    }
}
