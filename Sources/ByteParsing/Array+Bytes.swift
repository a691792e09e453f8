extension Array where Element == UInt8 {
    /// The array's octets as a view: the one safe way from owned bytes to a `RawSpan`.
    @inlinable
    public var rawBytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }
}
