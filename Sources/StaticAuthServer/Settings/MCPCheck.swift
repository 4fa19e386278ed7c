extension Settings {
    /// The problems of the settings for `/mcp`.
    var mcpProblems: [Settings.Problem] {
        var found: [Settings.Problem] = []
        if let rateLimit, rateLimit < 0 {
            found.append(.init(.rateLimit, "Give a number of calls a minute; 0 switches the limit off."))
        }
        if listChangedInterval < .zero || listChangedInterval > Self.longest {
            found.append(.init(.listChangedInterval, "Give a number of seconds; 0 means never."))
        }
        return found
    }
}
