extension Settings {
    /// Lists all problems; empty when a server can start with these settings.
    ///
    /// - Parameter toolNames: the names of the server's tools.
    public func problems(toolNames: [String]) -> [Problem] {
        listeningProblems + clientProblems + accessProblems(toolNames) + mcpProblems + debuggingProblems
            + scenarioProblems
    }
}
