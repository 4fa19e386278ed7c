internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// A refusal before it is written: its content, and its form.
struct Problem {
    /// The form, unless `Accept` demands another one.
    enum Form {
        /// A document; a page if HTML is preferred.
        case document
        /// A page; a document if JSON is preferred.
        case page(title: String, advice: String = "", details: [(String, String)] = [])
        /// A form again, with the failure of the last attempt; a document if JSON is preferred.
        case form((_ description: String, _ explanation: Explanation?) -> HTTPResponse)
        /// A JSON-RPC message, whatever `Accept` says.
        case message(RefusedMessage)
        /// A redirect of the browser to the client.
        case redirect(to: String)
        /// The target of the redirect in a document, for a program that logs in.
        case redirectDocument(to: String)
    }

    let status: HTTPStatus
    /// The value of `error`.
    let error: String
    /// The value of `error_description`.
    var description: String
    /// The comparison behind the refusal.
    var explanation: Explanation?
    var form: Form
    /// Header fields that belong to the status.
    var fields: [(String, String)]
    /// The challenge of the protected resource.
    var bearer: BearerChallenge?
    /// Members in addition to the standard ones.
    var members: [(String, JSONValue)] = []

    init(
        _ status: HTTPStatus, _ error: String, _ description: String, _ explanation: Explanation? = nil,
        form: Form = .document, fields: [(String, String)] = []
    ) {
        (self.status, self.error, self.description, self.explanation) = (status, error, description, explanation)
        (self.form, self.fields) = (form, fields)
    }

    init(_ status: HTTPStatus, _ error: OAuthError, form: Form = .document, fields: [(String, String)] = []) {
        self.init(
            status, error.code.rawValue, error.description, error.explanation, form: form, fields: fields)
    }
}

/// The additional members where debugging is on.
struct ErrorDetails {
    /// The URL of the journal's entry; nil for a request without one.
    let url: String?
    /// The explanation; nil where the client may not get it.
    let explanation: Explanation?

    /// The members of a JSON document.
    var members: [(String, JSONValue)] {
        (url.map { [(ParameterName.errorURI.rawValue, .string($0))] } ?? []) + data
    }

    /// The members of a JSON-RPC error's `data`.
    var data: [(String, JSONValue)] { explained + (url.map { [("debug_url", .string($0))] } ?? []) }

    private var explained: [(String, JSONValue)] {
        (explanation?.parts ?? []).map { ($0.name, .string($0.text.text)) }
    }
}

extension Explanation {
    /// The parts that exist, by the names of their members.
    var parts: [(name: String, text: SafeText)] {
        [("expected", expected), ("received", received), ("hint", hint)].compactMap { name, text in
            text.map { (name, $0) }
        }
    }
}

extension Problem {
    /// Writes the answer.
    func response(to request: HTTPRequest, _ disclosure: ErrorDetails?) -> HTTPResponse {
        var response = body(Accept(request.fields), disclosure)
        for (name, value) in fields { response.fields.append(name, value) }
        if var bearer {
            if bearer.error != nil { bearer.errorURI = disclosure?.url }
            response.fields.append(Self.challenge, bearer.headerValue)
        }
        return response
    }

    private func body(_ accept: Accept, _ disclosure: ErrorDetails?) -> HTTPResponse {
        switch form {
        case .document:
            accept.prefersPage
                ? ErrorPage.response(
                    status, title: "This request is refused",
                    ([description] + members.compactMap { $0 == "hint" ? $1.string : nil }).joined(
                        separator: " "),
                    isForPeople: false, disclosure: disclosure)
                : document(disclosure)
        case .page(let title, let advice, let details):
            accept.namesJSON && !accept.namesHTML
                ? document(disclosure)
                : ErrorPage.response(
                    status, title: title, [description, advice].filter { !$0.isEmpty }.joined(separator: " "),
                    details: details, disclosure: disclosure)
        case .form(let page):
            accept.namesJSON ? document(disclosure) : page(description, disclosure?.explanation)
        case .message(let message):
            Responses.json(status, bytes: message.bytes(disclosure))
        case .redirect(let location):
            Responses.redirect(status, to: Self.location(location, disclosure))
        case .redirectDocument(let location):
            Responses.json(
                status,
                JSONObject(
                    [("redirect_to", .string(Self.location(location, disclosure)))] + (disclosure?.members ?? [])))
        }
    }

    /// Writes the answer as JSON.
    func document(_ disclosure: ErrorDetails?) -> HTTPResponse {
        let standard: [(String, JSONValue)] = [
            (ParameterName.error.rawValue, .string(error)),
            (ParameterName.errorDescription.rawValue, .string(description)),
        ]
        return Responses.json(status, JSONObject(standard + members + (disclosure?.members ?? [])))
    }

    /// RFC 6749 §4.1.2.1: `error_uri` is added to the parameters in the query.
    private static func location(_ location: String, _ disclosure: ErrorDetails?) -> String {
        var parameters = FormParameters()
        parameters.append(.errorURI, disclosure?.url)
        return parameters.isEmpty ? location : "\(location)&\(parameters.encoded)"
    }
}

extension RefusedMessage {
    /// The JSON text with the permitted details.
    func bytes(_ disclosure: ErrorDetails?) -> [UInt8] {
        bytes(adding: disclosure?.data ?? [], metaKey: "\(Product.name)/explanation")
    }
}
