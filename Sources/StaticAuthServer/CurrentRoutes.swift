internal import Synchronization

/// The current routes: made of the settings as the running scenario changes them.
///
/// The first request after a switch makes them anew.
final class CurrentRoutes: Sendable {
    private let make: @Sendable (Scenario?) -> Routes
    private let made: Mutex<(scenario: RunningScenario?, routes: Routes)>

    /// Takes the function that makes the routes, for a scenario or none.
    init(_ make: @escaping @Sendable (Scenario?) -> Routes) {
        self.make = make
        made = Mutex((nil, make(nil)))
    }

    /// The routes of a running scenario, or of none.
    func routes(in running: RunningScenario?) -> Routes {
        made.withLock { made in
            if made.scenario !== running { made = (running, make(running?.scenario)) }
            return made.routes
        }
    }
}
