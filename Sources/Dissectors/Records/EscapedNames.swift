import ByteParsing
import Digests

/// The names of a table as JSON strings, each escaped once. Names repeat from message to message,
/// so the common case is one copy. Past its bound it escapes anew each time.
struct EscapedNames: ~Copyable {
    private let table: NameTable
    private var text = ByteBuffer(capacity: 4096)
    /// Start and end in `text` by id; an end of 0 marks a name not met yet.
    private var ranges: [(start: Int32, end: Int32)] = []

    /// The most octets of escaped text kept.
    private static let maximumBytes = 16 << 20

    init(table: NameTable) { self.table = table }

    /// A digest as it may be shown.
    func published(_ digest: Digest128) -> Digest128? { table.published(digest) }

    /// Appends the name as a JSON string; an absent one as `null`.
    mutating func write(_ id: NameID, into buffer: inout ByteBuffer) {
        let index = Int(id.rawValue)
        if index < ranges.count, ranges[index].end > 0 {
            buffer.append(text.bytes.slice(Int(ranges[index].start), Int(ranges[index].end)))
            return
        }
        guard let name = table.string(id) else { return buffer.append(utf8: "null") }
        let start = buffer.count
        buffer.append(jsonString: name)
        let length = buffer.count - start
        // Ids come from the table, so the list of ranges is no longer than the table itself.
        guard text.count + length <= Self.maximumBytes, index <= table.count + 3 else { return }
        while ranges.count <= index { ranges.append((0, 0)) }
        let from = text.count
        text.append(buffer.bytes.slice(start, start + length))
        ranges[index] = (Int32(from), Int32(text.count))
    }
}
