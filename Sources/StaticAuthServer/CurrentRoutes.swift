internal import Synchronization

/// The current routes: those of the settings, or as the running scenario changes them.
///
/// The first request after a scenario has begun makes its routes.
final class CurrentRoutes: Sendable {
    private let usual: Routes
    private let make: @Sendable (Scenario) -> Routes
    private let made = Mutex<(scenario: RunningScenario, routes: Routes)?>(nil)

    /// Takes the routes without a scenario, and the function that makes those of one.
    init(_ usual: Routes, _ make: @escaping @Sendable (Scenario) -> Routes) {
        (self.usual, self.make) = (usual, make)
    }

    /// The routes of a running scenario, or of none.
    func routes(in running: RunningScenario?) -> Routes {
        guard let running else { return usual }
        return made.withLock { made in
            if let made, made.scenario === running { return made.routes }
            let routes = make(running.scenario)
            made = (running, routes)
            return routes
        }
    }
}
