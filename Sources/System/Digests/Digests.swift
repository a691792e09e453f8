import Collections
import ByteParsing
import CCrypto

/// A 128-bit digest of public, opaque octets: two equal ticket ciphers have equal digests, on any
/// machine and in any run. It says nothing of the octets themselves.
public struct Digest128: QuicklyHashed, Sendable, BitwiseCopyable {
    /// The first eight octets, big-endian.
    public var high: UInt64
    /// The last eight octets, big-endian.
    public var low: UInt64

    /// Makes a digest from its halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    @inlinable public var hashWord: UInt64 { high ^ low }

    /// Whether nothing was digested.
    @inlinable public var isZero: Bool { high == 0 && low == 0 }

    /// 32 lower-case hexadecimal digits.
    public var hex: String {
        func digits(_ value: UInt64) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return digits(high) + digits(low)
    }
}

/// Message digests from libcrypto.
public enum Digests {
    /// The first 128 bits of SHA-256.
    public static func sha256First128(_ bytes: borrowing RawSpan) -> Digest128 {
        var out: InlineArray<32, UInt8> = InlineArray(repeating: 0)
        unsafe bytes.withUnsafeBytes { source in
            var target = out.mutableSpan
            unsafe target.withUnsafeMutableBufferPointer { room in
                unsafe kcdtrace_sha256(source.baseAddress, source.count, room.baseAddress)
            }
        }
        let view = unsafe out.span.bytes
        return Digest128(high: view.be64(0), low: view.be64(8))
    }

    /// SHA-1, 20 octets (Community ID is defined over it).
    public static func sha1(_ bytes: borrowing RawSpan) -> [UInt8] {
        var out: InlineArray<20, UInt8> = InlineArray(repeating: 0)
        unsafe bytes.withUnsafeBytes { source in
            var target = out.mutableSpan
            unsafe target.withUnsafeMutableBufferPointer { room in
                unsafe kcdtrace_sha1(source.baseAddress, source.count, room.baseAddress)
            }
        }
        return (0..<20).map { out[$0] }
    }
}
