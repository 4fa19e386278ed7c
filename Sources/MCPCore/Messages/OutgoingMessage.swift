internal import Primitives

/// The server's messages as JSON text.
enum OutgoingMessage {
    /// The response to a request, with a result in JSON text.
    static func response(to id: RequestID, result: [UInt8]) -> [UInt8] {
        response(to: id) { $0.write(raw: result) }
    }

    /// The response to a request, with a result that a function writes.
    static func response(to id: RequestID, writing write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(raw: opening)
        writer.write(id.json)
        writer.write(raw: result)
        write(&writer)
        writer.write(raw: "}")
        return writer.bytes
    }

    private static let opening = #"{"\#(Member.jsonrpc)":"\#(Member.version)","\#(Member.id)":"#
    private static let result = #","\#(Member.result)":"#

    /// A notification.
    static func notification(_ method: String, params: JSONObject = [:]) -> [UInt8] {
        var message: JSONObject = [Member.jsonrpc: .string(Member.version), Member.method: .string(method)]
        if !params.isEmpty { message[Member.params] = .object(params) }
        return JSONWriter.bytes(of: message)
    }
}
