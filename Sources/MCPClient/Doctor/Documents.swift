internal import OAuth
internal import Primitives

extension Doctor {
    /// The documents at the well-known URLs, each fetched once.
    struct Documents {
        /// Those that were found, in the order of the requests.
        private(set) var found: [(url: String, document: JSONObject)] = []
        /// URLs that answer with an HTML page in place of a document.
        private(set) var pages: [String] = []
        /// Redirects that led to no document, and what was found there.
        private(set) var redirects: [String] = []
        private var asked: Set<String> = []

        /// The document at a URL; nil where there is none.
        mutating func read(_ url: String, for doctor: Doctor) async throws -> JSONObject? {
            if asked.insert(url).inserted {
                let (answer, _) = try await doctor.fetch(.document(url))
                guard let answer else { return nil }
                if answer.head.isSuccess, let document = answer.json {
                    found.append((url, document))
                } else {
                    if answer.status == 200 { pages.append(url) }
                    if let redirect = answer.redirect(of: url) { redirects.append(redirect) }
                }
            }
            return self[url]
        }

        /// The document that was found at a URL.
        subscript(_ url: String) -> JSONObject? { found.first { $0.url == url }?.document }

        /// The redirects as the rest of a finding; empty when there were none.
        var detours: String { redirects.isEmpty ? "" : "; " + redirects.joined(separator: "; ") }

        /// The URLs of all documents that were found.
        var list: String { found.map(\.url).joined(separator: ", ") }
    }
}

extension JSONValue {
    /// The texts of a list.
    var texts: [String] { (array ?? []).compactMap(\.string) }
}
