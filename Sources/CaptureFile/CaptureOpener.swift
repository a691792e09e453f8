import Platform

/// Opens what a user names. It never fails: what cannot be read is said by the source's events.
public enum CaptureOpener {
    /// How captures are read.
    public struct Options: Sendable {
        /// The defaults: everything is read.
        public init() {}
    }

    /// One source over the captures named, in the order given.
    public static func open(paths: [PathName], options: Options = Options()) -> any PacketSource {
        let path = paths.first ?? "-"
        return open(path, capture: 0)
    }

    private static func open(_ path: PathName, capture: UInt16) -> any PacketSource {
        let name = path.description
        if path.isStandardInput {
            return CaptureReader(UnpackedInput(FileInput(.standardInput)), name: name, capture: capture)
        }
        do {
            let descriptor = try FileDescriptor.open(reading: path)
            return CaptureReader(UnpackedInput(FileInput(descriptor)), name: name, capture: capture)
        } catch {
            return CaptureReader(FailedInput("cannot be opened: \(error.message)"), name: name, capture: capture)
        }
    }
}
