/// A frame that may not have been noted yet, in eight octets: frames count from 1.
@propertyWrapper
public struct NotedFrame: Sendable, Hashable, BitwiseCopyable {
    @usableFromInline var raw: UInt64

    /// Begins with a frame, or none.
    @inlinable @inline(__always)
    public init(wrappedValue: FrameReference?) { raw = wrappedValue?.rawValue ?? 0 }

    /// The frame; nil where none has been noted.
    @inlinable public var wrappedValue: FrameReference? {
        @inline(__always) get { raw == 0 ? nil : FrameReference(rawValue: raw) }
        @inline(__always) set { raw = newValue?.rawValue ?? 0 }
    }
}

/// A time that may not have been noted yet, in eight octets.
@propertyWrapper
public struct NotedTime: Sendable, Hashable, BitwiseCopyable {
    @usableFromInline var stamp: Int64

    /// Begins with a time, or none.
    @inlinable @inline(__always)
    public init(wrappedValue: CaptureTime?) { stamp = wrappedValue?.nanoseconds ?? .min }

    /// The time; nil where none has been noted.
    @inlinable public var wrappedValue: CaptureTime? {
        @inline(__always) get { stamp == .min ? nil : CaptureTime(nanoseconds: stamp) }
        @inline(__always) set { stamp = newValue?.nanoseconds ?? .min }
    }
}
