import Foundation

/// A reader of bytes from peers, with the properties that hold for every input.
protocol Target: SendableMetatype {
    /// The name of the target and of its corpus.
    static var name: String { get }

    /// Feeds one input; a violated property ends the process, which libFuzzer reports together with the input.
    static func feed(_ input: [UInt8])
}

/// All targets; for a new one add a file beside this one, a line here, and a corpus.
private let targets: [any Target.Type] = [
    AuthorizationTarget.self, ChallengeTarget.self, ClientChallengeTarget.self, EventsTarget.self, FormTarget.self,
    HTTPTarget.self, HeaderValueTarget.self, JSONTarget.self, MCPTarget.self, RedirectURITarget.self, RedisTarget.self,
    URITarget.self,
]

/// The target of this process.
private let target: any Target.Type = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    guard let target = targets.first(where: { $0.name == name }) else {
        fatalError("FUZZ_TARGET has to be one of \(targets.map { $0.name }.joined(separator: ", "))")
    }
    return target
}()

/// The function that libFuzzer calls for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.feed(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Ends the process when a property does not hold.
func promise(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fatalError("broken promise: \(promise())") }
}
