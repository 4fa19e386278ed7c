internal import Synchronization

/// The routes that answer now: made of the settings as the running scenario changes them.
///
/// They are made anew by the first request after a switch.
final class CurrentRoutes: Sendable {
    private let make: @Sendable (Scenario?) -> Routes
    private let made: Mutex<(scenario: RunningScenario?, routes: Routes)>

    /// Takes the function that makes the routes of a scenario, or of none.
    init(_ make: @escaping @Sendable (Scenario?) -> Routes) {
        self.make = make
        made = Mutex((nil, make(nil)))
    }

    /// The routes while a scenario runs, or none.
    func routes(in running: RunningScenario?) -> Routes {
        made.withLock { made in
            if made.scenario !== running { made = (running, make(running?.scenario)) }
            return made.routes
        }
    }
}
