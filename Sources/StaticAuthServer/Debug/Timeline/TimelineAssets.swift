internal import HTTPEdge

/// The style sheet and the scripts of the timeline.
///
/// The scripts insert text from requests by `textContent`, never as markup. The debug token stays in a variable.
enum TimelineAssets {
    /// The files by their paths.
    static let all: [String: AssetRoute] = [
        Path.timelineStyle: AssetRoute(.style, PackageResources.timeline_css),
        Path.timelineScript: AssetRoute(.script, PackageResources.timeline_js),
        Path.timeline("actions.js"): AssetRoute(.script, PackageResources.actions_js),
        Path.timeline("dom.js"): AssetRoute(.script, PackageResources.dom_js),
        Path.timeline("drawer.js"): AssetRoute(.script, PackageResources.drawer_js),
        Path.timeline("entry.js"): AssetRoute(.script, PackageResources.entry_js),
        Path.timeline("flows.js"): AssetRoute(.script, PackageResources.flows_js),
        Path.timeline("menu.js"): AssetRoute(.script, PackageResources.menu_js),
        Path.timeline("overview.js"): AssetRoute(.script, PackageResources.overview_js),
        Path.timeline("presets.js"): AssetRoute(.script, PackageResources.presets_js),
        Path.timeline("scenarios.js"): AssetRoute(.script, PackageResources.scenarios_js),
        Path.timeline("server.js"): AssetRoute(.script, PackageResources.server_js),
        Path.timeline("steps.js"): AssetRoute(.script, PackageResources.steps_js),
        Path.timeline("strip.js"): AssetRoute(.script, PackageResources.strip_js),
        Path.timeline("visit.js"): AssetRoute(.script, PackageResources.visit_js),
    ]
}
