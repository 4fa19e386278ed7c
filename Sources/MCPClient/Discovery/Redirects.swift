internal import Synchronization

/// The redirects that led to no document, for the error of a search that found none.
final class Redirects: Sendable {
    private let lines = Mutex<[String]>([])

    /// Remembers the answer to a request for a document, when it was redirected.
    func note(_ response: WebResponse, to url: String) {
        guard let words = response.redirect(of: url) else { return }
        lines.withLock { $0.append(words) }
    }

    /// The redirects as a sentence with a space before it; empty when there were none.
    var sentence: String {
        let lines = lines.withLock { $0 }
        return lines.isEmpty ? "" : " " + lines.joined(separator: "; ").sentence
    }
}

extension WebResponse {
    /// A redirect, followed or not, and what was found there; nil when there was none.
    func redirect(of url: String) -> String? {
        if !head.unfollowedRedirect.isEmpty {
            return "\(place) answered with status \(status)\(head.unfollowedRedirect)"
        }
        return place == url.withoutQuery ? nil : "\(place) answered with status \(status) and \(form)"
    }
}
