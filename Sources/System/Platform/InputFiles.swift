import Glibc

/// The files that a run reads, so that none of its results is written over one of them, by whatever name.
public struct InputFiles: Sendable {
    private var names: [Identity: PathName] = [:]

    /// Takes note of what `paths` lead to: the files themselves, links followed, or the places of files that do not
    /// exist. `-` is standard input.
    public init(_ paths: [PathName]) {
        for path in paths {
            let identity = path.isStandardInput ? Identity(descriptor: 0) : Identity(path)
            if let identity, names[identity] == nil { names[identity] = path }
        }
    }

    /// The input that `path` leads to, if it leads to one.
    func input(at path: PathName) -> PathName? { Identity(path).flatMap { names[$0] } }

    /// The input that an open descriptor leads to, if it leads to one.
    func input(behind descriptor: Int32) -> PathName? { Identity(descriptor: descriptor).flatMap { names[$0] } }

    /// What makes two names those of one file.
    private enum Identity: Hashable {
        case file(device: UInt, inode: UInt)
        case blockDevice(UInt)
        /// No file yet: the folder in which it would stand, and its name there.
        case place(device: UInt, inode: UInt, name: PathName)

        init?(_ path: PathName) {
            var status = stat()
            if unsafe stat(path.terminated, &status) == 0 {
                self.init(status)
            } else if errno == ENOENT, let (folder, name) = path.folderAndName,
                unsafe stat(folder.terminated, &status) == 0
            {
                self = .place(device: UInt(status.st_dev), inode: UInt(status.st_ino), name: name)
            } else {
                return nil
            }
        }

        init?(descriptor: Int32) {
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0 else { return nil }
            self.init(status)
        }

        /// Terminals, /dev/null and sockets may be read and written at once: nothing is lost by it.
        private init?(_ status: stat) {
            switch status.st_mode & S_IFMT {
            case S_IFREG, S_IFIFO: self = .file(device: UInt(status.st_dev), inode: UInt(status.st_ino))
            case S_IFBLK: self = .blockDevice(UInt(status.st_rdev))
            default: return nil
            }
        }
    }
}
