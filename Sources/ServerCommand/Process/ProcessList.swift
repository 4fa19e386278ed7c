#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The arguments of this process as other users of the machine see them.
enum ProcessList {
    /// Overwrites secrets in the arguments, which `ps` shows to all users.
    ///
    /// They are visible until this runs; variables do not have that gap.
    static func hideSecrets() {
        let flags = ServerFlags.settings.filter(\.isSecret).map(\.flag)
        var isSecret = false
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            let text = String(cString: argument)
            if isSecret {
                memset(argument, CInt(UInt8(ascii: "x")), strlen(argument))
            } else if let flag = flags.first(where: { text.hasPrefix($0 + "=") }) {
                let value = argument + flag.utf8.count + 1
                memset(value, CInt(UInt8(ascii: "x")), strlen(value))
            }
            isSecret = flags.contains(text)
        }
    }
}
