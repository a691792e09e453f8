import ByteParsing
import CPcap

/// A filter expression of tcpdump's language, compiled by libpcap: one program per link type, made
/// when the first packet of that type comes.
@safe public final class PacketFilter {
    /// Why an expression cannot be used.
    public struct CompileError: Error, Hashable, Sendable {
        /// libpcap's words.
        public var message: String
    }

    /// The expression as given.
    public let expression: String
    /// Link types that libpcap cannot apply the expression to; their packets never match.
    public private(set) var unsupportedLinkTypes: [UInt16] = []

    private var programs: [Program] = []
    private var lastUsed = 0

    /// One program, owned.
    @safe private final class Program {
        let linkType: UInt16
        /// Without a program, nothing matches.
        var code: bpf_program?

        init(linkType: UInt16, code: bpf_program?) {
            self.linkType = linkType
            unsafe self.code = code
        }

        deinit {
            if var code = unsafe code { unsafe pcap_freecode(&code) }
        }
    }

    /// Checks and keeps an expression; throws what libpcap says where no link type understands it.
    public init(_ expression: String) throws(CompileError) {
        self.expression = expression
        // Ethernet first: its message is the one that helps. The others understand what it lacks.
        var firstError: CompileError?
        for linkType: UInt16 in [1, 113, 101, 105, 127] {
            do {
                programs.append(try Self.compile(expression, linkType))
                return
            } catch {
                firstError = firstError ?? error
            }
        }
        throw firstError ?? CompileError(message: "the filter cannot be compiled")
    }

    /// Whether a packet matches.
    public func matches(_ packet: RawSpan, originalLength: Int, linkType: UInt16) -> Bool {
        if programs[lastUsed].linkType != linkType { lastUsed = program(for: linkType) }
        guard var code = unsafe programs[lastUsed].code else { return false }
        var header = pcap_pkthdr()
        header.caplen = UInt32(clamping: packet.byteCount)
        header.len = UInt32(clamping: max(originalLength, packet.byteCount))
        return unsafe packet.withUnsafeBytes { raw in
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { empty in
                let start = unsafe raw.bindMemory(to: UInt8.self).baseAddress ?? UnsafePointer(empty.baseAddress!)
                return unsafe pcap_offline_filter(&code, &header, start) != 0
            }
        }
    }

    private func program(for linkType: UInt16) -> Int {
        if let index = programs.firstIndex(where: { $0.linkType == linkType }) { return index }
        do {
            programs.append(try Self.compile(expression, linkType))
        } catch {
            unsupportedLinkTypes.append(linkType)
            unsafe programs.append(Program(linkType: linkType, code: nil))
        }
        return programs.count - 1
    }

    private static func compile(_ expression: String, _ linkType: UInt16) throws(CompileError) -> Program {
        guard let handle = unsafe pcap_open_dead(DataLink.number(of: linkType), 262_144) else {
            throw CompileError(message: "memory is short")
        }
        defer { unsafe pcap_close(handle) }
        var code = unsafe bpf_program()
        // The netmask only matters for the word "broadcast" with IPv4; all ones is "unknown".
        guard unsafe pcap_compile(handle, &code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
            throw unsafe CompileError(message: String(cString: pcap_geterr(handle)))
        }
        return unsafe Program(linkType: linkType, code: code)
    }
}

/// The numbers of link types inside a running system, which for a few differ from those in files.
enum DataLink {
    static func number(of linkType: UInt16) -> Int32 {
        switch linkType {
        case 100: 11
        case 101: DLT_RAW
        case 106: 19
        default: Int32(linkType)
        }
    }

    static func linkType(of number: Int32) -> UInt16 {
        switch number {
        case 11: 100
        case 12, 14: 101
        case 19: 106
        default: UInt16(clamping: number)
        }
    }
}
