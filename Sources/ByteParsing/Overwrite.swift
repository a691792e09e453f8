/// Makes a large plain value the same as another. An assignment would copy it twice, by way of the stack: of two values
/// in memory the compiler does not take for granted that they lie apart, which exclusive access says.
///
/// What pads a value in an array is not copied: elsewhere that room may be another's, or end the memory.
@inlinable @inline(__always)
public func overwrite<Value: BitwiseCopyable>(_ target: inout Value, with source: inout Value) {
    unsafe withUnsafeMutablePointer(to: &target) { target in
        unsafe withUnsafeMutablePointer(to: &source) {
            unsafe UnsafeMutableRawPointer(target).copyMemory(from: $0, byteCount: MemoryLayout<Value>.size)
        }
    }
}
