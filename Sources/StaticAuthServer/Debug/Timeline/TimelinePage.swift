internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

/// `/debug`: the timeline.
///
/// The scripts load the flows; for a browser without scripts they are on the page, a number of them at a time.
struct TimelineRoute: Route {
    let debug: DebugFeatures

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let query = try DebugQuery(request, ["before"])
        let before = try query.number("before", in: 1...Int.max)
        let fields = HTTPFields([
            ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
            (
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
                    + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
            ),
            ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
        ])
        return HTTPResponse(.ok, fields: fields, body: .bytes(Array(page(before: before).markup.utf8)))
    }

    /// Whether the scripts must ask the person for the debug token; then the page holds no data, because it is public.
    private var needsToken: Bool { debug.access.token != nil }

    /// The links; where a debug token is needed, which a link cannot send, the scripts follow them with it.
    private var links: HTML {
        """
        <span id="links"\(needsToken ? " hidden" : "" as HTML)>
        <a href="\(Path.debugReport)">Report</a>
        <a href="\(Path.debugRequests)?format=har" download="requests.har">HAR</a>
        </span>
        """
    }

    private var options: [HTML] { JudgedFlow.Status.allCases.map { "<option>\($0.rawValue)</option>" } }

    private func page(before: Int?) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Timeline · \(Product.name)</title>
        <link rel="stylesheet" href="\(Path.timelineStyle)">
        <script type="module" src="\(Path.timelineScript)"></script>
        </head>
        <body data-needs-token="\(needsToken ? "yes" : "no")" data-page-token="\(debug.access.page.text)">
        <a class="skip" href="#flows">Skip to the flows</a>
        <header class="bar">
        <div class="line">
        <h1>Timeline</h1>
        <p id="state" role="status">\(needsToken ? "" : "connecting …")</p>
        <p id="counts" hidden></p>
        <div class="tools">
        <button id="next" type="button" title="n" disabled>Next problem</button>
        <button id="steer" type="button" title="s" aria-expanded="false" aria-controls="drawer">Steer the server</button>
        </div>
        </div>
        <div class="line">
        <label class="search">Filter <input id="filter" type="search" placeholder="token, 401 …"
        autocomplete="off" spellcheck="false"></label>
        <label>Status <select id="status"><option value="">any</option>\(options)</select></label>
        <label>Client <select id="client"><option value="">any</option></select></label>
        <label class="check"><input id="problems" type="checkbox"> Problems only</label>
        <div class="tools">
        <button id="keys" type="button" title="?">Keys</button>
        \(links)
        <button id="clear" type="button">Clear</button>
        </div>
        </div>
        <div id="strip" role="status" hidden></div>
        </header>
        <div class="columns">
        <main id="flows" tabindex="-1">
        <form id="gate" hidden>
        <label for="token">This server asks for its debug token</label>
        <input id="token" type="password" autocomplete="off" required>
        <button>Show the timeline</button>
        <p id="refused" class="bad" role="alert" hidden>This is not the token.</p>
        </form>
        <p id="unrecorded" class="dim" hidden></p>
        <p id="empty" hidden>Nothing has happened yet. Point your client at this server, and its requests appear here.
        <a href="\(Path.home)">How to connect a client</a></p>
        <div id="list"></div>
        <noscript>\(needsToken ? Self.needsScript : FlowsMarkup(debug, before: before).html)</noscript>
        </main>
        <aside id="drawer" aria-labelledby="drawer-title" hidden></aside>
        </div>
        <footer>\(Product.name) \(Version.current). Secrets, codes and tokens are shown as their length and SHA-256 fingerprint.</footer>
        </body>
        </html>

        """
    }

    private static let needsScript: HTML =
        "<p>With a debug token this page needs its script. Programs find the same at <code>\(Path.debugFlows)</code>.</p>"
}
