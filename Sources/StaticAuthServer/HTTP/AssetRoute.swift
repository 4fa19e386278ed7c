internal import HTTPEdge

/// A script or a style sheet that the build embeds in the program, without the line feed at the file's end.
struct AssetRoute: Route {
    /// The kind of file.
    enum Kind: String {
        case script = "text/javascript; charset=utf-8"
        case style = "text/css; charset=utf-8"
    }

    private let kind: Kind
    private let file: @Sendable () -> [UInt8]

    /// Takes the file when it is asked for, because its memory becomes resident then.
    init(_ kind: Kind, _ file: @autoclosure @escaping @Sendable () -> [UInt8]) {
        (self.kind, self.file) = (kind, file)
    }

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        var response = Responses.download(kind.rawValue, Array(file().dropLast()))
        response.fields.append("X-Content-Type-Options", "nosniff")
        return response
    }
}
