internal import Synchronization

/// A value derived from the header fields of a request, and from nothing else.
///
/// A client sends the same head again and again, so requests with the same head share the value, which is usually made
/// once: see ``HTTPRequest/derived(_:)``. It must not contain what may change, such as whether a token is valid.
public protocol HeadDerived: AnyObject, Sendable {
    /// Parses the fields.
    init(_ fields: HTTPFields)
}

/// The value derived from a head, for later requests with the same head.
struct HeadMemo: ~Copyable, Sendable {
    private final class Kept: Sendable {
        let value: any HeadDerived

        init(_ value: any HeadDerived) { self.value = value }
    }

    private let kept = AtomicLazyReference<Kept>()

    var value: (any HeadDerived)? { kept.load()?.value }

    /// Stores a value, unless there is one of any type.
    func keep(_ value: any HeadDerived) { _ = kept.storeIfNil(Kept(value)) }
}
