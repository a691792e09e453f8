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
        /// What is captured, in tcpdump's language; everything else is left to pass without being copied. Nil for all.
        public var filter: String?

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

    /// The kernel looks so often for packets that it has not handed over.
    private static let handOverMilliseconds: Int32 = 100
    /// A packet has been handed over so many nanoseconds after it came: at the second of the kernel's looks, with as
    /// much again for a machine that is busy.
    public static let handOverLimit: Int64 = 4 * Int64(handOverMilliseconds) * 1_000_000

    private let handle: OpaquePointer
    private let nanosecondsPerUnit: Int64
    private var kernelLosses = WideCount()
    private var interfaceLosses = WideCount()
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
        // Without immediate mode the kernel packs packets of any length into blocks, which it hands over when they are
        // full, or after this time. In immediate mode each would take a place as large as the largest, and there would
        // be but a few hundred places.
        unsafe pcap_set_timeout(created, Self.handOverMilliseconds)
        _ = unsafe pcap_set_tstamp_precision(created, Int32(PCAP_TSTAMP_PRECISION_NANO))
        let status = unsafe pcap_activate(created)
        guard status >= 0, unsafe pcap_setnonblock(created, 1, &text) == 0 else {
            let message = unsafe Self.explain(status, String(cString: pcap_geterr(created)), device)
            unsafe pcap_close(created)
            throw Failure(message: message)
        }
        if let filter = options.filter, let words = unsafe Self.complaint(setting: filter, on: created) {
            unsafe pcap_close(created)
            throw Failure(message: "the filter cannot be used: \(words)")
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

    /// Lets the kernel drop what does not match; libpcap's words for a bad expression.
    private static func complaint(setting expression: String, on handle: OpaquePointer) -> String? {
        var code = unsafe bpf_program()
        guard unsafe pcap_compile(handle, &code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
            return unsafe String(cString: pcap_geterr(handle))
        }
        defer { unsafe pcap_freecode(&code) }
        return unsafe pcap_setfilter(handle, &code) == 0 ? nil : String(cString: pcap_geterr(handle))
    }

    /// Waits until a packet may be there, at most so long; a signal ends the waiting too.
    public func wait(milliseconds: Int32) {
        let number = unsafe pcap_get_selectable_fd(handle)
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        // Without a descriptor to wait for, this is a plain pause.
        _ = unsafe poll(&request, number >= 0 ? 1 : 0, milliseconds)
    }

    /// Where packets go while libpcap hands them out.
    private struct Taking: ~Copyable {
        var buffer: ByteBuffer
        var packets: [Packet]
        let nanosecondsPerUnit: Int64
    }

    /// Appends the packets that are waiting, at most so many, to `buffer` one behind the other, and what is known of
    /// each to `packets`. None is waiting where none was added and there is no failure, whose words are returned.
    public func read(into buffer: inout ByteBuffer, _ packets: inout [Packet], atMost count: Int) -> String? {
        var taking = Taking(buffer: ByteBuffer(capacity: 0), packets: [], nanosecondsPerUnit: nanosecondsPerUnit)
        taking.buffer.swap(with: &buffer)
        swap(&taking.packets, &packets)
        let status = unsafe withUnsafeMutablePointer(to: &taking) { target in
            unsafe pcap_dispatch(
                handle, Int32(clamping: count),
                { target, header, bytes in
                    guard let target = unsafe target, let header = unsafe header, let bytes = unsafe bytes else {
                        return
                    }
                    let taking = unsafe UnsafeMutableRawPointer(target).assumingMemoryBound(to: Taking.self)
                    unsafe LiveCapture.take(header.pointee, bytes, into: &taking.pointee)
                }, UnsafeMutableRawPointer(target).assumingMemoryBound(to: UInt8.self))
        }
        taking.buffer.swap(with: &buffer)
        swap(&taking.packets, &packets)
        return status < 0 ? unsafe String(cString: pcap_geterr(handle)) : nil
    }

    private static func take(_ header: pcap_pkthdr, _ bytes: UnsafePointer<UInt8>, into taking: inout Taking) {
        let captured = Int(header.caplen)
        unsafe taking.buffer.append(RawSpan(_unsafeStart: bytes, byteCount: captured))
        let (whole, overflow) = Int64(header.ts.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        taking.packets.append(
            Packet(
                time: overflow ? .max : whole &+ Int64(header.ts.tv_usec) &* taking.nanosecondsPerUnit,
                capturedLength: captured, originalLength: Int(header.len)))
    }

    /// Packets lost so far for want of buffer, by the kernel and by the interface.
    public func lostPackets() -> UInt64 {
        var statistics = pcap_stat()
        guard unsafe pcap_stats(handle, &statistics) == 0 else { return kernelLosses.total + interfaceLosses.total }
        kernelLosses.take(statistics.ps_drop)
        interfaceLosses.take(statistics.ps_ifdrop)
        return kernelLosses.total + interfaceLosses.total
    }
}
