import Glibc

/// What the process was started with.
public enum ProcessContext {
    /// The arguments after the program's name, octet for octet: names need not be UTF-8.
    public static var arguments: [PathName] {
        var found: [PathName] = []
        var index = 1
        while index < Int(CommandLine.argc), let text = unsafe CommandLine.unsafeArgv[index] {
            found.append(unsafe PathName(bytes: bytes(of: text)))
            index += 1
        }
        return found
    }

    /// The value of an environment variable; nil where it is not set.
    public static func environment(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(decoding: bytes(of: text), as: UTF8.self)
    }

    private static func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
        let count = unsafe strlen(text)
        return (0..<count).map { unsafe UInt8(bitPattern: text[$0]) }
    }

    /// Ends the process with an exit status.
    public static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
