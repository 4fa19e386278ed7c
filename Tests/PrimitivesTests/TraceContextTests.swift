import Primitives
import Testing

private let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
private let whole = "00-\(trace)-00f067aa0ba902b7-01"

/// Values, as they are written back, and whether they are sampled.
private let validValues: [(String, String, Bool)] = [
    (whole, whole, true), ("00-\(trace)-00f067aa0ba902b7-00", "00-\(trace)-00f067aa0ba902b7-00", false),
    // Level 2 has the flag of a random trace id; later ones may have more.
    ("00-\(trace)-0000000000000001-02", "00-\(trace)-0000000000000001-02", false),
    ("00-\(trace)-0000000000000001-ff", "00-\(trace)-0000000000000001-ff", true),
    (
        "00-00000000000000000000000000000001-0000000000000001-01",
        "00-00000000000000000000000000000001-0000000000000001-01", true
    ),
    // Of a version that is not known yet only the beginning is.
    ("01-\(trace)-00f067aa0ba902b7-01", "01-\(trace)-00f067aa0ba902b7-01", true),
    ("cc-\(trace)-00f067aa0ba902b7-01-what-the-future-holds", "cc-\(trace)-00f067aa0ba902b7-01", true),
    ("fe-\(trace)-00f067aa0ba902b7-01-", "fe-\(trace)-00f067aa0ba902b7-01", true),
]

/// Values, and a part of the reason why they are invalid.
private let invalidValues: [(String, String)] = [
    ("", "0 characters"), ("00", "2 characters"), (String(whole.dropLast()), "54 characters"),
    ("ff-\(trace)-00f067aa0ba902b7-01", "version ff"), (whole + "-", "follows"), (whole + "0", "follows"),
    ("01-\(trace)-00f067aa0ba902b7-01x", "follows"), ("01-\(trace)-00f067aa0ba902b7-010", "follows"),
    ("00-\(trace.uppercased())-00f067aa0ba902b7-01", "lower case"),
    ("00-\(trace)-00F067aa0ba902b7-01", "lower case"), ("0A-\(trace)-00f067aa0ba902b7-01", "lower case"),
    ("00-\(trace)-00f067aa0ba902b7-0g", "lower case"),
    ("00-\(trace.dropLast())+-00f067aa0ba902b7-01", "lower case"),
    ("00-\(String(repeating: "0", count: 32))-00f067aa0ba902b7-01", "trace id is all zeros"),
    ("00-\(trace)-0000000000000000-01", "parent id is all zeros"),
    ("00_\(trace)_00f067aa0ba902b7_01", "form"), (" " + whole, "form"),
    ("00-\(trace.dropLast(2))é-00f067aa0ba902b7-01", "lower case"),
]

@Suite struct TraceContextTests {
    @Test(
        "A valid value is read and written back, up to the flags",
        arguments: validValues)
    func valid(_ text: String, _ written: String, _ isSampled: Bool) throws {
        let context = try TraceContext(text)
        #expect(context.text == written)
        #expect(context.isSampled == isSampled)
        #expect(context.id.text == String(text.dropFirst(3).prefix(32)))
        #expect(TraceContext.ID(context.id.text) == context.id)
    }

    @Test(
        "Anything else is invalid, with the reason",
        arguments: invalidValues)
    func invalid(_ text: String, _ reason: String) {
        #expect {
            try TraceContext(text)
        } throws: { error in
            (error as? TraceContext.Invalid)?.reason.text.contains(reason) == true
        }
    }

    @Test("The id of a trace is 32 digits in lower case", arguments: ["", "4bf9", trace + "0", trace.uppercased()])
    func ids(_ text: String) {
        #expect(TraceContext.ID(text) == nil)
        #expect(TraceContext.ID(String(repeating: "0", count: 32)) == nil)
    }
}
