internal import Synchronization

/// What was made of a head, for the requests that come with the same head again.
struct HeadMemo: ~Copyable, Sendable {
    private final class Kept: Sendable {
        let object: any AnyObject & Sendable

        init(_ object: any AnyObject & Sendable) { self.object = object }
    }

    private let kept = AtomicLazyReference<Kept>()

    var object: (any AnyObject & Sendable)? { kept.load()?.object }

    /// Keeps an object, unless one is kept already.
    func keep(_ object: any AnyObject & Sendable) { _ = kept.storeIfNil(Kept(object)) }
}
