import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("What came before a reset")
struct ResetTests {
    private let one = RecordedClient(agent: "one", browser: "browser", name: "One", id: "client")

    @Test("What other clients did before a reset does not excuse a client that stops after it")
    func silence() {
        one.begin()
        one.logInAndCall("x")
        _ = one.recorder.forget()
        one.other("two", name: "Two").challenge(method: "initialize")
        let silence = one.judged(2)?.silence(at: .seconds(1_900_000_000))?.text ?? ""
        #expect(silence.hasSuffix("and never fetched the metadata."), "\(silence)")
    }
}
