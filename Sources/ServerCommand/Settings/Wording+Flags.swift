internal import StaticAuthServer

extension Wording {
    /// The flags of this command, and their notation.
    static let flags = Wording(
        names: Dictionary(
            uniqueKeysWithValues: ServerFlags.settings.compactMap { row in row.key.map { ($0, row.flag) } }),
        phrases: [
            .publicMode: "--token-auth none",
            .noRefreshTokens: "--refresh none",
            .noDebug: "--no-debug",
            .user: "NAME:PASSWORD",
            .toolScope: "TOOL=SCOPE",
            .grace: "grace:SECONDS",
            .advertisedForms: "omit or string",
            .scenarios: "'static-auth-server scenarios'",
        ])
}
