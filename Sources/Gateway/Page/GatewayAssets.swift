internal import HTTPEdge
internal import StaticAuthServer

/// The files that the build embeds.
enum GatewayAssets {
    private static let script = "text/javascript; charset=utf-8"
    private static let style = "text/css; charset=utf-8"

    /// The answer for a path; nil when it is no file.
    static func response(_ path: String) -> HTTPResponse? {
        switch path {
        case GatewayPath.page: page
        case GatewayPath.style: Answers.file(style, PageStyle.css)
        case GatewayPath.pageStyle: Answers.file(style, PackageResources.gateway_css)
        case GatewayPath.pageScript: Answers.file(script, PackageResources.gateway_js)
        case GatewayPath.formScript: Answers.file(script, PackageResources.form_js)
        case GatewayPath.callbackScript: Answers.file(script, PackageResources.callback_js)
        case GatewayPath.openAPI: Answers.file("application/json", PackageResources.openapi_json)
        case GatewayPath.declarations:
            Answers.file("text/typescript; charset=utf-8", PackageResources.mcp_gateway_d_ts)
        case GatewayPath.guards: Answers.file(script, PackageResources.mcp_gateway_js)
        default: nil
        }
    }

    private static var page: HTTPResponse {
        HTTPResponse(.ok, fields: PageFields.fields, body: .bytes(PackageResources.gateway_html))
    }
}
