internal import HTTPEdge
internal import OAuth
internal import Primitives

/// What in earlier requests and interventions is behind a step.
extension FlowStepReader {
    /// The fault that kept an earlier answer from the client, or made up what it sent, so that it is refused now.
    var earlierFault: SafeText? {
        switch classified.event {
        case .token(let form, .refused):
            form.secret(.code).flatMap { history.codes[$0] }.flatMap { $0.planted ?? $0.fault }
                ?? form.secret(.refreshToken).flatMap { history.tokens[$0] }.flatMap(history.fault(behind:))
        case .message where status == 401:
            classified.requestFields.bearer.flatMap { history.tokens[$0] }.flatMap(history.fault(behind:))
        case .message where status == 404:
            classified.requestFields.session.flatMap { history.sessions[$0]?.planted }
        default: nil
        }
    }

    /// The requests whose answers brought the code, tokens and session of this one.
    var uses: [Int] {
        let sources: [CredentialHistory.EntryReference?] =
            switch classified.event {
            case .token(let form, .issued):
                [
                    form.secret(.code).flatMap { history.codes[$0]?.issued },
                    form.secret(.refreshToken).flatMap { history.tokens[$0]?.issued },
                ]
            case .message:
                [
                    classified.requestFields.bearer.flatMap { history.tokens[$0]?.issued },
                    classified.requestFields.session.flatMap { history.sessions[$0]?.opened },
                ]
            default: []
            }
        return sources.compactMap { $0?.entry }
    }

    /// The request by which the client ended the session, if it knew the answer when it sent this one.
    var endedSession: CredentialHistory.EntryReference? {
        guard let session = classified.requestFields.session.flatMap({ history.sessions[$0] }), let left = session.left,
            exchange.began > left
        else { return nil }
        return session.ended
    }

    /// What ended the code, token or session of the request, if it was a request to `/debug`.
    var intervention: SafeText? {
        let credentials =
            switch classified.event {
            case .token(let form, _): [form.secret(.code), form.secret(.refreshToken)]
            case .message where status == 401: [classified.requestFields.bearer]
            case .message where status == 404 || status == 400 && (exchange.isRewritten || exchange.fault != nil):
                [classified.requestFields.session]
            default: [] as [Digest?]
            }
        return credentials.lazy.compactMap { $0.flatMap { history.endings[$0]?.cause } }.first
    }
}
