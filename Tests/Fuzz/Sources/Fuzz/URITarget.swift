import Foundation
@testable import OAuth

/// A URI put together from its parts is the text that was parsed, and other parsers find the same host and port in it.
enum URITarget: Target {
    static let name = "uri"

    static func feed(_ input: [UInt8]) {
        let text = String(decoding: input, as: UTF8.self)
        guard let uri = URI(text) else { return }
        promise(text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }, "a URI is plain ASCII")
        promise(!uri.isLoopback || uri.host != nil, "only a host is loopback")
        let tail = uri.path + (uri.query.map { "?" + $0 } ?? "") + (uri.fragment.map { "#" + $0 } ?? "")
        promise(text.hasPrefix(uri.scheme + ":") && text.hasSuffix(tail), "the parts are the text")
        let authority = text.dropFirst(uri.scheme.count + 1).dropLast(tail.count)
        promise(isAuthority(authority, of: uri), "the rest of the text is the authority")
        if let host = uri.host, uri.isLoopback {
            promise(HostOpinion.foundation(text) == host, "Foundation reads the same host")
            promise(HostOpinion.browser(text) == host, "a browser reads the same host")
        }
        if let resource = try? ResourceIndicator(text) {
            promise((try? ResourceIndicator(resource.text)) == resource, "an indicator equals itself")
        }
    }

    private static func isAuthority(_ text: Substring, of uri: URI) -> Bool {
        guard let host = uri.host else { return text.isEmpty }
        let start = "//" + (uri.userinfo.map { $0 + "@" } ?? "") + host
        let rest = text.dropFirst(start.count)
        guard text.hasPrefix(start), let port = uri.port else { return text == start }
        return rest.first == ":" && UInt16(rest.dropFirst()) == port
    }
}
