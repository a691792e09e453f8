import Collections
import ByteParsing

/// A number that names one flow for as long as it lives in memory; never reused within a run.
public struct FlowID: RawRepresentable, QuicklyHashed, Sendable, BitwiseCopyable {
    /// Flows count from 1; 0 is "no flow".
    public var rawValue: UInt64
    /// Makes an id.
    @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

    @inlinable public var hashWord: UInt64 { rawValue }
    // RawRepresentable brings a hash of its own, too.
    @inlinable public func _rawHashValue(seed: Int) -> Int { QuickHash.value(hashWord, seed: seed) }
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(hashWord) }
}
