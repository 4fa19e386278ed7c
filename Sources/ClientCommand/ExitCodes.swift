internal import ArgumentParser
internal import MCPClient

/// The exit codes of the process, for programs that start it.
enum ExitCodes {
    /// The tool reported a failure; the doctor found a violation of a specification.
    static let toolFailed = ExitCode(1)
    /// A login is needed, and no person may be asked, or there is no client to log in with.
    static let loginNeeded = ExitCode(2)
    /// Options or arguments are invalid.
    static let usage = ExitCode(64)
    /// The server's metadata cannot be used.
    static let discovery = ExitCode(65)
    /// The server cannot be reached.
    static let network = ExitCode(69)
    /// Tokens cannot be read or written, or standard output takes no more.
    static let storage = ExitCode(74)
    /// The server violates the protocol, or refuses the request.
    static let protocolViolation = ExitCode(76)
    /// The authorization server, the person or the server refused.
    static let refused = ExitCode(77)
    /// A configuration file, a variable or a key is wrong.
    static let configuration = ExitCode(78)
    /// The reader of standard output has gone, as of a program that SIGPIPE ends; there is no message.
    static let brokenPipe = ExitCode(141)
    /// Ctrl-C.
    static let interrupted = ExitCode(130)

    /// The text in `--help`.
    static let table = """
        Exit codes: 0 done, 1 the tool failed or the doctor found a fault, 2 a login is needed (with --client-id and \
        secret where no client is known), 64 bad options, 65 what the server says about itself cannot be used, 69 the \
        server cannot be reached, 74 tokens cannot be stored or results written, 76 a protocol error, 77 access refused, 78 \
        bad configuration or key, 130 interrupted, 141 nobody reads the results.
        """

    static func code(for error: any Error) -> ExitCode {
        switch error {
        case let error as ExitCode: error
        case let error as ClientError: code(for: error.kind)
        case is RemoteError: protocolViolation
        case is CancellationError: interrupted
        default: usage
        }
    }

    private static func code(for kind: ClientError.Kind) -> ExitCode {
        switch kind {
        case .usage: usage
        case .configuration: configuration
        case .storage: storage
        case .network: network
        case .discovery: discovery
        case .authorizationRequired: loginNeeded
        case .authorizationRefused: refused
        case .protocolViolation: protocolViolation
        }
    }
}
