internal import OAuth

/// The text that a person pasted in place of the URL at which the browser ended.
///
/// It may have white space, line ends, quotes or brackets around it, escapes of a shell or of HTML, other words around
/// it, or be the query alone. All other text is left unchanged.
struct PastedAnswer {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The parameters of the answer to an attempt.
    ///
    /// - Throws: `authorizationRefused`, naming what is missing, when this is not an answer to it.
    func parameters(for attempt: AuthorizationAttempt) throws(ClientError) -> FormParameters {
        let readings = queries.compactMap { try? FormParameters(decoding: $0.utf8) }.filter { !$0.fields.isEmpty }
        let check = CallbackCheck(attempt: attempt)
        let ours = readings.filter(check.isOurs)
        if let answer = ours.first(where: Self.isWhole) {
            guard !attempt.issuer.namesIssuerInResponse || Self.has(.issuer, answer) else { throw Self.cut("no iss") }
            return answer
        }
        if let rest = ours.first {
            // The login page's own address has the state, too.
            let asks = [ParameterName.clientID, .redirectURI, .responseType].contains { Self.has($0, rest) }
            throw asks ? Self.loginPage : Self.cut("neither a code nor an error")
        }
        guard let answer = readings.first(where: Self.isAnswer) else { throw withoutAnswer }
        guard let state = answer.values(.state).first, !state.isEmpty else { throw Self.cut("no state") }
        guard !attempt.state.reveal().hasPrefix(state) else { throw Self.cut("only a part of its state") }
        // It belongs to another login, or repeats its state; this throws the right error.
        _ = try check.code(answer)
        throw withoutAnswer
    }

    /// Whether the parameters contain the result of a login.
    private static func isWhole(_ parameters: FormParameters) -> Bool {
        has(.code, parameters) || has(.error, parameters)
    }

    private static func has(_ name: ParameterName, _ parameters: FormParameters) -> Bool {
        parameters.values(name).contains { !$0.isEmpty }
    }

    /// The failure for an address that was cut off.
    private static func cut(_ what: String) -> ClientError {
        ClientError(
            .authorizationRefused, "A part of the address is missing: it has \(what).", advice: wholeAddress,
            code: "pasted")
    }

    private static let loginPage = ClientError(
        .authorizationRefused, "This is the address at which the login begins, not the one at which it ends.",
        advice: .sentence(
            "Open it in a browser and log in there. Then copy the address that the browser ends at, even if it shows no "
                + "page."), code: "pasted")

    /// Whether the parameters contain at least one of an answer.
    private static func isAnswer(_ parameters: FormParameters) -> Bool {
        [ParameterName.code, .state, .error].contains { !parameters.values($0).isEmpty }
    }

    private var withoutAnswer: ClientError {
        let isEmpty = text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        let isAddress = text.contains("://") || text.contains("&")
        let problem =
            if isEmpty {
                "Nothing was pasted."
            } else if isAddress {
                "This is not the address of a finished login: it has no answer in its query."
            } else {
                "This may be the code, but the code alone is not enough: the rest of the address shows that it belongs to "
                    + "this login."
            }
        return ClientError(
            .authorizationRefused, problem,
            advice: Self.wholeAddress, code: "pasted")
    }

    private static let wholeAddress: ClientError.Advice =
        "Copy the whole address from the browser after you have approved; it begins with http."

    // MARK: - Readings

    /// The ways to read the text as a query, the likeliest first.
    private var queries: [String] {
        let plain = text.unicodeScalars.filter { $0 != "\\" }
        let unbroken = plain.filter { !$0.properties.isWhitespace }
        return [plain, unbroken].map(Self.query).flatMap { query in
            let bare = Self.trimmed(query, ".,;:)]}`")
            return [bare, query, Self.trimmed(query, ".,;:)]}`!?*|"), bare.replacing("&amp;", with: "&")]
        }
    }

    /// The part after the question mark, up to a character that no URL contains; without a question mark the text is
    /// the query.
    private static func query(of scalars: String.UnicodeScalarView) -> String {
        let query = scalars.firstIndex(of: "?").map { scalars[scalars.index(after: $0)...] }
        let start = query ?? scalars.drop { isOutside($0) || "([{`".unicodeScalars.contains($0) }
        return String(String.UnicodeScalarView(start.prefix { !isOutside($0) && $0 != "#" }))
    }

    /// Whether no browser writes this character into a URL: white space, quotes, angle brackets, anything beyond ASCII.
    private static func isOutside(_ scalar: Unicode.Scalar) -> Bool {
        !(0x21...0x7E).contains(scalar.value) || "\"'<>".unicodeScalars.contains(scalar)
    }

    /// The text without punctuation and closing brackets at its end.
    private static func trimmed(_ text: String, _ endings: String) -> String {
        let rest = text.unicodeScalars.reversed().drop { endings.unicodeScalars.contains($0) }
        return String(String.UnicodeScalarView(rest.reversed()))
    }
}
