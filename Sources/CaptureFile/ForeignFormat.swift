import ByteParsing

/// Says what an input that is no readable capture looks like, and what to do about it.
enum ForeignFormat {
    /// How many octets from the start are enough to tell these formats apart.
    static let signatureLength = 80

    /// A message for a person; `bytes` are the first octets of the input, or all of them. How many came at once does
    /// not show.
    static func message(for bytes: RawSpan) -> String {
        let bytes = bytes.slice(0, min(bytes.byteCount, signatureLength))
        if bytes.byteCount == 0 { return "the file is empty: nothing was captured, or it was never written" }
        if let known = signatures.first(where: { matches($0, bytes) }) {
            return "not a pcap or pcapng capture: it looks like \(known.what); \(known.remedy)"
        }
        if looksLikeEventTrace(bytes) {
            return
                """
                not a pcap or pcapng capture: it looks like a Windows event trace (.etl); convert it with \
                `etl2pcapng in.etl out.pcapng`, or on the machine that made it with `pktmon etl2pcap in.etl -o \
                out.pcapng`
                """
        }
        return textMessage(bytes) ?? binaryMessage(bytes)
    }

    private struct Signature: Sendable {
        var bytes: [UInt8]
        var what: String
        var remedy: String

        init(_ text: String, _ what: String, _ remedy: String) { self.init(Array(text.utf8), what, remedy) }

        init(_ bytes: [UInt8], _ what: String, _ remedy: String) {
            self.bytes = bytes
            self.what = what
            self.remedy = remedy
        }
    }

    private static let convert = "convert it with `editcap -F pcapng in out.pcapng`"
    private static let unpack = "unpack it and name the capture inside"

    private static let signatures: [Signature] = [
        Signature(
            "GMBU", "a Microsoft Network Monitor 2 or 3 capture (.cap)",
            "convert it with `editcap -F pcapng in.cap out.pcapng`"),
        Signature(
            "RTSS", "a Microsoft Network Monitor 1 capture (.cap)",
            "convert it with `editcap -F pcapng in.cap out.pcapng`"),
        Signature("snoop\0\0\0", "a snoop capture", convert),
        Signature("XCP\0", "a NetXRay or Windows Sniffer capture", convert),
        Signature("TRSNIFF data", "a DOS Sniffer capture", convert),
        Signature("iptrace ", "an AIX iptrace capture", convert),
        Signature([0x54, 0x52, 0x00, 0x64, 0x00], "an HP-UX nettl trace", convert),
        Signature(
            "ElfFile\0", "a Windows event log (.evtx)",
            "capture packets instead, for example with `pktmon start --capture`"),
        Signature([0x50, 0x4B, 0x03, 0x04], "a zip archive", unpack),
        Signature("MSCF", "a cabinet archive (.cab), as netsh trace leaves beside its .etl", unpack),
        Signature([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive", unpack),
        Signature("Rar!", "a RAR archive", unpack),
        Signature(
            [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz file", "pipe it in: `xz -dc in.xz | kcdtrace analyze -`"),
        Signature("BZh", "a bzip2 file", "pipe it in: `bzip2 -dc in.bz2 | kcdtrace analyze -`"),
        Signature([0x04, 0x22, 0x4D, 0x18], "an lz4 file", "pipe it in: `lz4 -dc in.lz4 | kcdtrace analyze -`"),
        Signature([0x1F, 0x9D], "a file packed with compress", "pipe it in: `zcat in.Z | kcdtrace analyze -`"),
        Signature([0x05, 0x02], "a Kerberos key table", "name the capture that belongs to it"),
        Signature([0x05, 0x04], "a Kerberos credential cache", "name the capture that belongs to it"),
        Signature([0x7F, 0x45, 0x4C, 0x46], "a program", "name a capture"),
        Signature("MZ", "a Windows program", "name a capture"),
        Signature("%PDF", "a PDF document", "name a capture"),
        Signature(
            [0x0A, 0x0D, 0x0A], "a pcapng capture that a text-mode transfer has damaged",
            "transfer it again in binary mode"),
        Signature(
            [0x0D, 0x0A, 0x0D], "a pcapng capture that a text-mode transfer has damaged",
            "transfer it again in binary mode"),
    ]

    private static func matches(_ signature: Signature, _ bytes: RawSpan) -> Bool {
        guard bytes.byteCount >= signature.bytes.count else { return false }
        return bytes.slice(0, signature.bytes.count).equals(signature.bytes.rawBytes)
    }

    /// The first buffer of an event trace states its size, a power of two, and begins with the
    /// trace's own header event.
    private static func looksLikeEventTrace(_ bytes: RawSpan) -> Bool {
        guard bytes.byteCount >= 0x4C else { return false }
        let size = bytes.le32(0)
        return size >= 1024 && size <= 1 << 24 && size & (size - 1) == 0
            && bytes.le32(4) <= size && bytes.u8(0x4B) == 0xC0 && (1...2).contains(bytes.u8(0x4A))
    }

    private static func textMessage(_ bytes: RawSpan) -> String? {
        if bytes.byteCount >= 2, bytes.be16(0) == 0xFFFE || bytes.be16(0) == 0xFEFF {
            return text("UTF-16 text")
        }
        var start = bytes.byteCount >= 3 && bytes.be16(0) == 0xEFBB && bytes.u8(2) == 0xBF ? 3 : 0
        while start < bytes.byteCount, [0x20, 0x09, 0x0A, 0x0D].contains(bytes.u8(start)) { start += 1 }
        for index in start..<bytes.byteCount {
            let byte = bytes.u8(index)
            guard byte >= 0x20 && byte != 0x7F || (0x09...0x0D).contains(byte) || byte == 0x1B else { return nil }
        }
        guard start < bytes.byteCount else { return text("blank text") }
        switch bytes.u8(start) {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return text("JSON, perhaps the output of an analyser")
        case UInt8(ascii: "<"):
            return hasWord("<html", bytes, start) || hasWord("<!doctype html", bytes, start)
                ? """
                not a pcap or pcapng capture: it looks like an HTML page, perhaps an error page or a sign-in page \
                that was saved instead of the file; download it again
                """
                : text("XML")
        default:
            return text("text, perhaps a printed packet list")
        }
    }

    private static func text(_ what: String) -> String {
        """
        not a pcap or pcapng capture: it looks like \(what); capture with `tcpdump -w out.pcap` or save as pcapng \
        in Wireshark
        """
    }

    private static func hasWord(_ word: String, _ bytes: RawSpan, _ start: Int) -> Bool {
        let letters = Array(word.utf8)
        guard bytes.byteCount - start >= letters.count else { return false }
        return letters.indices.allSatisfy { bytes.u8(start + $0) | 0x20 == letters[$0] | 0x20 }
    }

    private static func binaryMessage(_ bytes: RawSpan) -> String {
        let shown = (0..<min(bytes.byteCount, 4)).map { index in
            let digits = String(bytes.u8(index), radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        return
            """
            not a pcap or pcapng capture: it begins with \(shown.joined(separator: " ")), which no known format \
            does; try `editcap -F pcapng in out.pcapng`
            """
    }
}
