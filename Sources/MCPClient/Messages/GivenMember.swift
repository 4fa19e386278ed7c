internal import Primitives

extension JSONObject {
    /// The value of a member; nil when it is absent or null, which servers write for absent members.
    func given(_ name: String) -> JSONValue? {
        guard let value = self[name], value != .null else { return Optional.none }
        return value
    }
}
