internal import OAuth

extension Settings {
    /// The problems of the debug features' settings; scenarios check their own.
    var debuggingProblems: [Settings.Problem] {
        guard let debugToken else { return [] }
        let text = debugToken.reveal()
        guard text.utf8.count >= 16, Set(text.utf8).count >= 8, BearerToken.isWellFormed(text) else {
            return [
                .init(
                    .debugToken,
                    "Give 16 or more characters of the alphabet of bearer tokens (letters, digits and -._~+/), at least 8 "
                        + "of them different, that nobody can guess: openssl rand -hex 16 prints some.")
            ]
        }
        return []
    }
}
