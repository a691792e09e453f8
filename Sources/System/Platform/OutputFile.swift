import ByteParsing
import Glibc

/// Why results cannot be written to where they should go.
public struct OutputFault: Error, Hashable, Sendable {
    /// What is wrong, to follow the name of the file and a colon.
    public var message: String
}

/// Where results are written to. This is the only type that makes or changes a file, and it cannot be had without the
/// files that are read: none of them is ever written over.
///
/// Results for a regular file are written to a file beside it, which takes its name when they are complete (`commit`).
/// Until then, and where that never happens, what stood there stays as it was. A new file can be read by its owner
/// only; one that was there hands on its permissions, and its owner where the system allows that. Links are not
/// followed.
///
/// A pipe, a terminal, a device, or a descriptor that was open before (`/dev/stdout`, `/dev/fd/3`) is written to
/// directly.
public struct OutputFile: ~Copyable, Sendable {
    private let descriptor: FileDescriptor
    private var draft: Draft?

    /// Opens what `path` names, unless that is one of `inputs`.
    public init(_ path: PathName, sparing inputs: InputFiles) throws(OutputFault) {
        if let number = Self.namedDescriptor(path) {
            try self.init(descriptor: number, sparing: inputs)
            return
        }
        if let input = inputs.input(at: path) { throw Self.fault(isInput: input, path) }
        var status = stat()
        let isThere = unsafe lstat(path.terminated, &status) == 0
        if !isThere, errno != ENOENT { throw Self.fault(.last) }
        switch isThere ? FileKind(mode: status.st_mode) : .file {
        case .file: try self.init(replacing: path, isThere ? status : nil)
        case .fifo, .socket, .device: try self.init(direct: path)
        case .folder: throw Self.fault(SystemError(code: EISDIR))
        case .link:
            throw OutputFault(message: "this is a symbolic link, and results do not follow links; name the file itself")
        }
    }

    /// Standard output, unless that is one of `inputs`.
    public init(standardOutputSparing inputs: InputFiles) throws(OutputFault) {
        if let input = inputs.input(behind: 1) { throw Self.fault(isInput: input, nil) }
        descriptor = .standardOutput
    }

    private init(descriptor number: Int32, sparing inputs: InputFiles) throws(OutputFault) {
        if let input = inputs.input(behind: number) { throw Self.fault(isInput: input, nil) }
        let flags = fcntl(number, F_GETFL)
        if flags < 0 { throw Self.fault(.last) }
        if flags & O_ACCMODE == O_RDONLY { throw Self.fault(SystemError(code: EBADF)) }
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        if copy < 0 { throw Self.fault(.last) }
        descriptor = FileDescriptor(number: copy, isOwned: true)
    }

    private init(direct path: PathName) throws(OutputFault) {
        do throws(SystemError) {
            let opened = try FileDescriptor.open(path, flags: O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)
            // Another file may stand there by now.
            if try opened.kind() == .file { throw SystemError(code: ESTALE) }
            descriptor = opened
        } catch {
            throw Self.fault(error)
        }
    }

    private init(replacing path: PathName, _ old: stat?) throws(OutputFault) {
        // Who made a file read-only does not want it replaced either.
        if old != nil, unsafe faccessat(AT_FDCWD, path.terminated, W_OK, AT_EACCESS) != 0 { throw Self.fault(.last) }
        guard let (folder, name) = path.folderAndName else {
            throw Self.fault(SystemError(code: path.bytes.isEmpty ? ENOENT : EISDIR))
        }
        do throws(SystemError) {
            let draft = try Draft(in: folder, for: name)
            descriptor = try draft.create()
            self.draft = draft
        } catch {
            throw OutputFault(message: "cannot be written: the folder \(folder): \(error.message)")
        }
        if let old { Self.handOn(old, to: descriptor.number) }
    }

    /// Writes all of `bytes`.
    public borrowing func writeAll(_ bytes: borrowing RawSpan) throws(SystemError) { try descriptor.writeAll(bytes) }

    /// Whether results are held back until `commit`.
    public var isDraft: Bool { draft != nil }

    /// Puts complete results in their place. What was written directly stands there already. Where this is never
    /// called, or fails, the file keeps what it held before.
    public mutating func commit() throws(SystemError) {
        guard let draft else { return }
        self.draft = nil
        // Some file systems know no such call; that they cannot promise more is no reason to lose the results.
        if fsync(descriptor.number) != 0, errno != EINVAL, errno != ENOSYS { throw .last }
        try draft.takeItsPlace()
    }

    /// Writes a whole file.
    public static func write(_ bytes: borrowing RawSpan, to path: PathName, sparing inputs: InputFiles)
        throws(OutputFault)
    {
        var file = try OutputFile(path, sparing: inputs)
        do throws(SystemError) {
            try file.writeAll(bytes)
            try file.commit()
        } catch {
            throw fault(error)
        }
    }

    // MARK: Opening

    /// The descriptor that a name stands for. These names are links, and the file behind one may have been opened to be
    /// appended to, so the descriptor itself is used.
    private static func namedDescriptor(_ path: PathName) -> Int32? {
        switch path.description {
        case "/dev/stdin": return 0
        case "/dev/stdout": return 1
        case "/dev/stderr": return 2
        case let text:
            for prefix in ["/dev/fd/", "/proc/self/fd/"] where text.hasPrefix(prefix) {
                return Int32(text.dropFirst(prefix.count))
            }
            return nil
        }
    }

    /// The draft may be read by whom the old file was open to. Where the system keeps its group from being handed on,
    /// the draft's own group gets nothing.
    private static func handOn(_ old: stat, to number: Int32) {
        let keepsGroup = fchown(number, old.st_uid, old.st_gid) == 0 || fchown(number, uid_t.max, old.st_gid) == 0
        _ = fchmod(number, old.st_mode & (keepsGroup ? 0o777 : 0o707))
    }

    private static func fault(_ error: SystemError) -> OutputFault {
        OutputFault(message: "cannot be written: \(error.message)")
    }

    private static func fault(isInput input: PathName, _ path: PathName?) -> OutputFault {
        let name = input.isStandardInput ? "standard input" : "the input \(input)"
        let what = input == path ? "this is an input" : "this is \(name) by another name"
        return OutputFault(message: "\(what), and results are never written over what is read")
    }
}

/// A file beside the one that it is to replace; removed when it goes away before it has taken its place.
private final class Draft: Sendable {
    private let folder: FileDescriptor
    private let target: PathName
    private let name: DraftName
    private let reminder: Int?

    init(in folder: PathName, for target: PathName) throws(SystemError) {
        self.folder = try .open(folder, flags: O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        self.target = target
        name = DraftName(number: .random(in: .min ... .max))
        reminder = UnfinishedFiles.remember(name, in: self.folder.number)
    }

    /// Makes the file. Nothing that stands there is opened, whatever its name.
    func create() throws(SystemError) -> FileDescriptor {
        try .open(
            name.path, in: folder.number, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode: 0o600)
    }

    func takeItsPlace() throws(SystemError) {
        let number = folder.number
        guard unsafe renameat(number, name.path.terminated, number, target.terminated) == 0 else { throw .last }
        _ = fsync(folder.number)
    }

    deinit {
        // Under this name there is nothing any more, where it has taken its place.
        _ = unsafe unlinkat(folder.number, name.path.terminated, 0)
        UnfinishedFiles.forget(reminder)
    }
}
