import ByteParsing
import Platform

/// Files that are read by turns: any number of them, of which few are open at one time.
///
/// A system lends a process some hundred descriptors, and captures that overlap in time may be more. The file that has
/// waited longest is closed for one that is to be read, and opened again when its turn comes.
final class OpenFiles {
    /// One open file.
    final class File {
        let descriptor: FileDescriptor
        fileprivate var lastUse = 0

        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    private let limit: Int
    private var files: [File] = []
    private var uses = 0

    /// Few enough for any system, and enough that captures of one place are never opened twice.
    static let usualLimit = 64

    init(limit: Int = OpenFiles.usualLimit) { self.limit = max(limit, 1) }

    /// Keeps a file open until others need its place or it is closed.
    func add(_ file: File) {
        if files.count >= limit, let oldest = files.indices.min(by: { files[$0].lastUse < files[$1].lastUse }) {
            files.remove(at: oldest)
        }
        files.append(file)
        note(useOf: file)
    }

    /// Takes note that a file is read now.
    func note(useOf file: File) {
        uses += 1
        file.lastUse = uses
    }

    /// Closes a file.
    func close(_ file: File) { files.removeAll { $0 === file } }
}

/// A file that is open while it is read, and may be closed in between.
final class TurnedInput: ByteInput {
    private let path: PathName
    /// The file that was found at the path first.
    private let status: FileStatus
    private let files: OpenFiles
    private weak var file: OpenFiles.File?
    private var offset: UInt64 = 0

    /// Reads the file at `path`, which `status` describes.
    init(_ path: PathName, _ status: FileStatus, _ files: OpenFiles) {
        self.path = path
        self.status = status
        self.files = files
    }

    deinit { close() }

    /// Files are never inflated here.
    var compression: String? { nil }

    /// Appends what one `read()` yields. What is written to the file meanwhile is read too; another file that has taken
    /// its name is not taken for it.
    func read(into buffer: inout ByteBuffer, limit: Int) -> InputResult {
        do throws(SystemError) {
            if file == nil, try !reopen() {
                return .failed(.unsupported, "the file was replaced by another one while captures were being read")
            }
            guard let file else { return .end }
            let count = try file.descriptor.read(into: &buffer, limit: limit)
            offset += UInt64(count)
            files.note(useOf: file)
            if count > 0 { return .bytes(count) }
            close()
            return .end
        } catch {
            let what = file == nil ? "cannot be opened" : "reading failed"
            close()
            return .failed(.unsupported, "\(what): \(error.message)")
        }
    }

    /// Opens the file where it was left; false where another has taken its name.
    private func reopen() throws(SystemError) -> Bool {
        let opened = OpenFiles.File(try FileDescriptor.open(reading: path))
        guard try FileStatus(of: opened.descriptor).isSameFile(as: status) else { return false }
        if offset > 0 { try opened.descriptor.seek(to: offset) }
        files.add(opened)
        file = opened
        return true
    }

    private func close() {
        if let file { files.close(file) }
        file = nil
    }
}
