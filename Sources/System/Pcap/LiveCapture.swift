import ByteParsing
import CPcap
import Glibc

/// A network interface that packets are captured from as they pass.
@safe public final class LiveCapture {
    /// How to capture.
    public struct Options: Sendable, Hashable {
        /// Octets kept of each packet.
        public var snapLength: Int32 = 262_144
        /// Whether packets for other machines are wanted too.
        public var isPromiscuous = true
        /// Octets of the kernel's buffer: what may arrive while this program is busy.
        public var bufferLength: Int32 = 16 << 20

        /// The defaults.
        public init() {}
    }

    /// Why an interface cannot be captured from.
    public struct Failure: Error, Hashable, Sendable {
        /// What happened and what to do, for a person.
        public var message: String
    }

    /// A packet that has just been appended to the buffer.
    public struct Packet: Sendable {
        /// Nanoseconds since 1970.
        public var time: Int64
        /// Octets captured.
        public var capturedLength: Int
        /// Octets on the wire.
        public var originalLength: Int
    }

    /// What an attempt to read gave.
    public enum Outcome: Sendable {
        /// A packet was appended to the buffer.
        case packet(Packet)
        /// None is waiting.
        case idle
        /// The interface is gone or cannot be read.
        case failed(String)
    }

    private let handle: OpaquePointer
    private let nanosecondsPerUnit: Int64
    /// The link type of its packets, as a registered number.
    public let linkType: UInt16
    /// Octets kept of each packet.
    public let snapLength: Int

    /// Starts capturing from the interface `device`.
    public init(device: String, options: Options = Options()) throws(Failure) {
        var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let created = unsafe pcap_create(device, &text) else {
            throw Failure(message: Self.string(text))
        }
        unsafe pcap_set_snaplen(created, options.snapLength)
        unsafe pcap_set_promisc(created, options.isPromiscuous ? 1 : 0)
        unsafe pcap_set_buffer_size(created, options.bufferLength)
        unsafe pcap_set_timeout(created, 100)
        // Packets are wanted when they come, not when a block of them is full.
        unsafe pcap_set_immediate_mode(created, 1)
        _ = unsafe pcap_set_tstamp_precision(created, Int32(PCAP_TSTAMP_PRECISION_NANO))
        let status = unsafe pcap_activate(created)
        guard status >= 0, unsafe pcap_setnonblock(created, 1, &text) == 0 else {
            let message = unsafe Self.explain(status, String(cString: pcap_geterr(created)), device)
            unsafe pcap_close(created)
            throw Failure(message: message)
        }
        unsafe handle = created
        nanosecondsPerUnit = unsafe pcap_get_tstamp_precision(created) == Int32(PCAP_TSTAMP_PRECISION_NANO) ? 1 : 1000
        linkType = DataLink.linkType(of: unsafe pcap_datalink(created))
        snapLength = Int(unsafe pcap_snapshot(created))
    }

    deinit { unsafe pcap_close(handle) }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func explain(_ status: Int32, _ detail: String, _ device: String) -> String {
        switch status {
        case PCAP_ERROR_NO_SUCH_DEVICE:
            return "there is no interface \(device); `ip link` lists them"
        case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
            return "capturing on \(device) needs more rights: run as root, or give the program CAP_NET_RAW"
        case PCAP_ERROR_IFACE_NOT_UP:
            return "the interface \(device) is down"
        default:
            return detail.isEmpty ? "capturing on \(device) failed" : detail
        }
    }

    /// Lets the kernel drop what does not match; throws libpcap's words for a bad expression.
    public func setFilter(_ expression: String) throws(PacketFilter.CompileError) {
        var code = unsafe bpf_program()
        guard unsafe pcap_compile(handle, &code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
            throw unsafe PacketFilter.CompileError(message: String(cString: pcap_geterr(handle)))
        }
        defer { unsafe pcap_freecode(&code) }
        guard unsafe pcap_setfilter(handle, &code) == 0 else {
            throw unsafe PacketFilter.CompileError(message: String(cString: pcap_geterr(handle)))
        }
    }

    /// Waits until a packet may be there, at most so long; a signal ends the waiting too.
    public func wait(milliseconds: Int32) {
        let number = unsafe pcap_get_selectable_fd(handle)
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        // Without a descriptor to wait for, this is a plain pause.
        _ = unsafe poll(&request, number >= 0 ? 1 : 0, milliseconds)
    }

    /// Appends the next waiting packet to `buffer`.
    public func read(into buffer: inout ByteBuffer) -> Outcome {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        switch unsafe pcap_next_ex(handle, &header, &bytes) {
        case 1:
            guard let header = unsafe header, let bytes = unsafe bytes else { return .idle }
            let captured = unsafe Int(header.pointee.caplen)
            unsafe buffer.append(RawSpan(_unsafeStart: bytes, byteCount: captured))
            let seconds = unsafe Int64(header.pointee.ts.tv_sec)
            let fraction = unsafe Int64(header.pointee.ts.tv_usec)
            let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            return .packet(
                Packet(
                    time: overflow ? .max : whole &+ fraction &* nanosecondsPerUnit,
                    capturedLength: captured, originalLength: unsafe Int(header.pointee.len)))
        case 0:
            return .idle
        default:
            return .failed(unsafe String(cString: pcap_geterr(handle)))
        }
    }

    /// Packets lost so far for want of buffer, by the kernel and by the interface.
    public var lostPackets: UInt64 {
        var statistics = pcap_stat()
        guard unsafe pcap_stats(handle, &statistics) == 0 else { return 0 }
        return UInt64(statistics.ps_drop) + UInt64(statistics.ps_ifdrop)
    }
}
