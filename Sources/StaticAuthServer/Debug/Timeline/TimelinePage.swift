internal import FlowRecorder
internal import HTTPEdge

/// `/debug`: the frame of the timeline page; the script loads the data.
struct TimelineRoute: Route {
    private static let style = HTML(file: PackageResources.timeline_css)

    /// Whether the script must ask the person for the debug token.
    let needsToken: Bool

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let fields = HTTPFields([
            ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
            (
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; "
                    + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
            ),
            ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
        ])
        return HTTPResponse(.ok, fields: fields, body: .bytes(Array(page.markup.utf8)))
    }

    /// The links, left out where a debug token is needed, which a link cannot send.
    private var links: HTML {
        guard !needsToken else { return "" }
        return """
            <a href="\(Path.debugReport)?format=text">Report</a>
            <a href="\(Path.debugRequests)?format=har" download="requests.har">HAR</a>
            """
    }

    private var options: [HTML] { JudgedFlow.Status.allCases.map { "<option>\($0.rawValue)</option>" } }

    private var page: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Timeline · \(Product.name)</title>
        <style>\(Self.style)</style>
        <script src="\(Path.timelineScript)" defer></script>
        </head>
        <body data-needs-token="\(needsToken ? "yes" : "no")">
        <header>
        <h1>Timeline</h1>
        <p id="state" role="status">connecting …</p>
        <div class="tools">
        <label class="search">Filter <input id="filter" type="search" placeholder="token, 401 …"
        autocomplete="off" spellcheck="false"></label>
        <label>Status <select id="status"><option value="">any</option>\(options)</select></label>
        <label>Client <select id="client"><option value="">any</option></select></label>
        <label class="check"><input id="problems" type="checkbox"> Problems only</label>
        \(links)
        <button id="clear" type="button">Clear</button>
        </div>
        </header>
        <form id="gate" hidden>
        <label for="token">This server asks for its debug token</label>
        <input id="token" type="password" autocomplete="off" required>
        <button>Show the timeline</button>
        <p id="refused" class="bad" role="alert" hidden>This is not the token.</p>
        </form>
        <p id="unrecorded" class="dim" hidden></p>
        <main id="flows">
        <p id="empty">Nothing has happened yet. Point your client at this server, and its requests appear here.</p>
        </main>
        <noscript><p>This page needs its script. The same is at <a href="\(Path.debugFlows)">\(Path.debugFlows)</a>.</p></noscript>
        <footer>\(Product.name) \(Version.current). Secrets, codes and tokens are shown as their length and SHA-256 fingerprint.</footer>
        </body>
        </html>

        """
    }
}

/// `/debug/timeline.js`: the script of the page, without the line feed at the file's end.
///
/// It inserts text from requests by `textContent`, never as markup. The debug token stays in a variable.
struct TimelineScriptRoute: Route {
    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        Responses.download("text/javascript; charset=utf-8", Array(PackageResources.timeline_js.dropLast()))
    }
}
