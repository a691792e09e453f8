public import CPrefetch

// What lies far away in memory takes as long to read as some hundreds of instructions. Where it is known beforehand
// what
// will be read or filled next, the processor can fetch it meanwhile. Fetching changes nothing but time.

/// Has the processor fetch what lies from an address on.
@inlinable @inline(__always)
func fetch(_ address: UnsafeRawPointer, byteCount: Int) {
    var offset = 0
    while offset < byteCount {
        unsafe kcdtrace_prefetch(address + offset)
        offset &+= 64
    }
}

extension Shared {
    /// Has the processor fetch the value, or its first kilobyte.
    @inlinable @inline(__always)
    public mutating func fetch() {
        // Its address is read as a number, for whoever takes hold of the value waits for it.
        unsafe withUnsafeBytes(of: &self) { place in
            let address = unsafe place.load(as: UnsafeRawPointer.self)
            unsafe ByteParsing.fetch(address, byteCount: min(MemoryLayout<Value>.size + 16, 1024))
        }
    }
}

extension Slab {
    /// Has the processor fetch a record; nothing where there is none at `index`.
    @inlinable @inline(__always)
    public func fetch(_ index: Int) {
        if isThere(index) { unsafe ByteParsing.fetch(base + index, byteCount: MemoryLayout<Element>.size) }
    }
}

extension Array {
    /// Has the processor fetch the elements, or their first kilobyte.
    @inlinable
    public func fetch() {
        unsafe withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                unsafe ByteParsing.fetch(start, byteCount: Swift.min(bytes.count, 1024))
            }
        }
    }
}
