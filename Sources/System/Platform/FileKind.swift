import Glibc

/// What stands under a name, links not followed.
public enum FileKind: Hashable, Sendable {
    case file, folder, link, fifo, socket, device

    /// The kind with its article, as it stands in a sentence.
    public var words: String {
        switch self {
        case .file: "a file"
        case .folder: "a folder"
        case .link: "a symbolic link"
        case .fifo: "a FIFO"
        case .socket: "a socket"
        case .device: "a device"
        }
    }

    /// The kind of what a path leads to in the end; nil where that is nothing, or cannot be seen.
    public init?(following path: PathName) {
        var status = stat()
        guard unsafe stat(path.terminated, &status) == 0 else { return nil }
        self.init(mode: status.st_mode)
    }

    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .link
        case S_IFIFO: self = .fifo
        case S_IFSOCK: self = .socket
        default: self = .device
        }
    }
}
