import CaptureFile

/// The captures' names by index, as they stand in output.
struct CaptureNames {
    private let names: [String]

    init(_ names: [String]) { self.names = names }

    init(_ captures: [CaptureDescription]) { names = captures.map(\.name) }

    /// The name of a capture; its index where it has none.
    subscript(index: UInt16) -> String {
        Int(index) < names.count ? names[Int(index)] : "\(index)"
    }
}
