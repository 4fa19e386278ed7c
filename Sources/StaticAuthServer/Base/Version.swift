/// The version of this software.
public enum Version {
    /// The number that `--version`, the server's description and the pages show.
    public static let current = "0.1.0"
}
