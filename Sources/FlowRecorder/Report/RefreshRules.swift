internal import OAuth
internal import Primitives

/// The rules of requests with a refresh token.
extension RuleChecks {
    mutating func judgeRefresh(
        _ form: FormParameters, _ outcome: ClassifiedExchange.TokenOutcome, _ classified: ClassifiedExchange
    ) {
        let moment = classified.moment
        record.judge(.resourceInRefresh, moment, names: resources.names(in: form, secrets), in: "The refresh")
        guard let token = form.secret(.refreshToken) else { return }
        let isSpent = judgeSpent(token, classified)
        let attempt = Repetitions.Subject.refusedToken(classified.attempt([.refreshToken], in: form))
        switch outcome {
        case .issued(let tokens):
            record.findings.keeps(.refreshOnce, moment)
            if rotatedTokens[token] != nil { record.findings.keeps(.refreshNewest, moment) }
            judgeRefused(attempt, classified)
            record.repetitions.settle(.failedToken(token))
            record.noteAcceptedRefresh(token)
            noteRotation(of: token, tokens, classified)
        case .refused("invalid_grant") where !isSpent:
            record.repetitions.note(attempt, classified)
            record.noteRefusedRefresh(token, moment)
        case .refused: break
        }
    }

    /// Notes the use of a refresh token that was exchanged for another one; not where its client may not have that one.
    ///
    /// - Returns: whether it was.
    private mutating func judgeSpent(_ token: Digest, _ classified: ClassifiedExchange) -> Bool {
        guard let rotation = rotations[token], !rotation.isDamaged else { return false }
        record.repetitions.note(.spentToken(token), classified, after: rotation.answer)
        return true
    }

    /// Judges tokens for a refresh token that was refused before: the answers of two at once may come in any order.
    ///
    /// Otherwise the client was right to send it again: the server may have refused it because of its clock.
    private mutating func judgeRefused(_ attempt: Repetitions.Subject, _ classified: ClassifiedExchange) {
        guard let refusal = record.repetitions[attempt] else { return }
        if refusal.isUnderWay(classified) {
            record.findings.breaks(
                .refreshOnce, classified.moment,
                "Request \(refusal.moment.entry) was refreshing with the same token.")
        }
        record.repetitions.settle(attempt)
    }

    private mutating func noteRotation(
        of spent: Digest, _ tokens: AnsweredTokens, _ classified: ClassifiedExchange
    ) {
        guard let next = tokens.refresh, next != spent else { return }
        rotatedTokens[next] = classified.moment.entry
        guard rotations[spent] == nil else { return }
        rotations[spent] = Exchanged(answer: EarlierAnswer(classified), isDamaged: classified.isLost)
    }
}
