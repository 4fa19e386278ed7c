extension Settings {
    /// Lists everything that does not make sense; empty when a server can start with these settings.
    ///
    /// - Parameter toolNames: the names of the tools that will be served.
    public func problems(toolNames: [String]) -> [Problem] {
        listeningProblems + clientProblems + accessProblems(toolNames) + mcpProblems + debuggingProblems
            + scenarioProblems
    }
}
