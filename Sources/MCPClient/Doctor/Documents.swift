internal import OAuth
internal import Primitives

extension Doctor {
    /// The documents at the well-known URLs, each fetched once.
    struct Documents {
        /// Those that were found, in the order of the requests.
        private(set) var found: [(url: String, document: JSONObject)] = []
        /// URLs that answer with an HTML page in place of a document.
        private(set) var pages: [String] = []
        private var asked: Set<String> = []

        /// The document at a URL; nil where there is none.
        mutating func read(_ url: String, for doctor: Doctor) async throws -> JSONObject? {
            if asked.insert(url).inserted {
                let (answer, _) = try await doctor.fetch(.document(url))
                if answer?.status == 200 {
                    if let document = answer?.json { found.append((url, document)) } else { pages.append(url) }
                }
            }
            return self[url]
        }

        /// The document that was found at a URL.
        subscript(_ url: String) -> JSONObject? { found.first { $0.url == url }?.document }

        /// The URLs of all documents that were found.
        var list: String { found.map(\.url).joined(separator: ", ") }
    }
}

extension JSONValue {
    /// The texts of a list.
    var texts: [String] { (array ?? []).compactMap(\.string) }
}
