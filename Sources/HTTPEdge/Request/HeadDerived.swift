internal import Synchronization

/// What is read out of the header fields of a request, and nothing else.
///
/// A client sends the same head again and again, so requests with the same head share the value, which is mostly made
/// once: see ``HTTPRequest/derived(_:)``. Nothing that may change belongs into it, such as whether a token is valid.
public protocol HeadDerived: AnyObject, Sendable {
    /// Reads the fields.
    init(_ fields: HTTPFields)
}

/// The value derived from a head, kept for the requests that come with the same head again.
struct HeadMemo: ~Copyable, Sendable {
    private final class Kept: Sendable {
        let value: any HeadDerived

        init(_ value: any HeadDerived) { self.value = value }
    }

    private let kept = AtomicLazyReference<Kept>()

    var value: (any HeadDerived)? { kept.load()?.value }

    /// Keeps a value, unless there is one already, of this type or another.
    func keep(_ value: any HeadDerived) { _ = kept.storeIfNil(Kept(value)) }
}
