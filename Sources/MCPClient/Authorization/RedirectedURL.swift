internal import OAuth

/// Reads the URL at which an authorization ended.
enum RedirectedURL {
    /// The parameters in its query.
    ///
    /// - Throws: `authorizationRefused` when there are none.
    static func parameters(_ url: String) throws(ClientError) -> FormParameters {
        guard let mark = url.firstIndex(of: "?"),
            let parameters = try? FormParameters(decoding: url[url.index(after: mark)...].prefix { $0 != "#" }.utf8)
        else {
            throw ClientError(
                .authorizationRefused, "This is not the URL of a finished login: it has no answer in its query.",
                advice: "The authorization server has to send the browser there with an answer.")
        }
        return parameters
    }
}
