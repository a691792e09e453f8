public import CPrefetch

// What lies far away in memory takes as long to read as some hundreds of instructions. Where it is known beforehand
// what will be read or filled next, the processor can fetch it meanwhile. Prefetching changes nothing but time.

/// Prefetches the memory at an address.
@inlinable @inline(__always)
func prefetch(_ address: UnsafeRawPointer, byteCount: Int) {
    var offset = 0
    while offset < byteCount {
        unsafe kcdtrace_prefetch(address + offset)
        offset &+= 64
    }
}

extension CopyOnWriteBox {
    /// Prefetches the value, or its first kilobyte.
    @inlinable @inline(__always)
    public mutating func prefetch() {
        // Only the address is read, as a number: to use the value itself would wait for the memory.
        unsafe withUnsafeBytes(of: &self) { place in
            let address = unsafe place.load(as: UnsafeRawPointer.self)
            unsafe ByteParsing.prefetch(address, byteCount: min(MemoryLayout<Value>.size + 16, 1024))
        }
    }
}

extension RecordArray {
    /// Prefetches a record; nothing where there is none at `index`.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        if isThere(index) { unsafe ByteParsing.prefetch(base + index, byteCount: MemoryLayout<Element>.size) }
    }
}

extension Array {
    /// Prefetches the elements, or their first kilobyte.
    @inlinable
    public func prefetch() {
        unsafe withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                unsafe ByteParsing.prefetch(start, byteCount: Swift.min(bytes.count, 1024))
            }
        }
    }

    /// Prefetches the element at an index; nothing where there is none.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        guard indices.contains(index) else { return }
        unsafe withUnsafeBufferPointer { elements in
            if let start = elements.baseAddress {
                unsafe ByteParsing.prefetch(start + index, byteCount: MemoryLayout<Element>.size)
            }
        }
    }
}
