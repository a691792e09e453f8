import Glibc
import Synchronization

/// A queue between two threads that holds at most a fixed number of elements: the sender waits while
/// it is full, the receiver while it is empty.
///
/// A thread that has to wait looks again for a few microseconds before it sleeps. Of two threads that are about equally
/// fast, one would else be put to sleep and woken for every element, which takes longer than to wait.
@safe public final class BoundedQueue<Element: ~Copyable & Sendable>: @unchecked Sendable {
    private let slots: UnsafeMutablePointer<Element?>
    private let capacity: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var first = 0
    private var count = 0
    private var isClosed = false
    /// As `count`, to look at without the lock.
    private let seen = Atomic<Int>(0)
    private static var looks: Int { 20_000 }

    /// An empty queue with room for `capacity` elements.
    public init(capacity: Int) {
        self.capacity = max(capacity, 1)
        unsafe slots = .allocate(capacity: self.capacity)
        for index in 0..<self.capacity { unsafe (slots + index).initialize(to: nil) }
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe slots.deinitialize(count: capacity)
        unsafe slots.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe pthread_cond_destroy(changed)
        unsafe mutex.deallocate()
        unsafe changed.deallocate()
    }

    /// Appends an element, waiting for room; false where the queue has been closed, and then the
    /// element is gone.
    @discardableResult
    public func send(_ element: consuming Element) -> Bool {
        look { $0 < capacity }
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while count == capacity && !isClosed { unsafe pthread_cond_wait(changed, mutex) }
        if isClosed { return false }
        unsafe slots[(first + count) % capacity] = consume element
        count += 1
        seen.store(count, ordering: .releasing)
        unsafe pthread_cond_signal(changed)
        return true
    }

    /// Takes the oldest element, waiting for one; nil once the queue is closed and empty.
    public func receive() -> Element? {
        look { $0 > 0 }
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while count == 0 && !isClosed { unsafe pthread_cond_wait(changed, mutex) }
        guard count > 0 else { return nil }
        let element = unsafe slots[first].take()
        first = (first + 1) % capacity
        count -= 1
        seen.store(count, ordering: .releasing)
        unsafe pthread_cond_signal(changed)
        return element
    }

    /// Looks at the number of elements until it is as wanted, for a few microseconds at most.
    private func look(until isWanted: (Int) -> Bool) {
        var left = Self.looks
        while left > 0, !isWanted(seen.load(ordering: .relaxed)) { left -= 1 }
    }

    /// Wakes everyone who waits; nothing can be sent any more.
    public func close() {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
    }
}
