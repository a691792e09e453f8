import CPcap

/// A network interface of this machine.
public struct NetworkDevice: Sendable, Hashable {
    /// The name to capture with.
    public var name: String
    /// What the system says of it.
    public var description: String?
    /// Whether it is up.
    public var isUp: Bool
    /// Whether it is a loopback interface.
    public var isLoopback: Bool

    /// The interfaces that packets can be captured from; empty where the system tells none.
    public static func all() -> [NetworkDevice] {
        var list: UnsafeMutablePointer<pcap_if_t>?
        var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard unsafe pcap_findalldevs(&list, &text) == 0 else { return [] }
        defer { unsafe pcap_freealldevs(list) }
        var devices: [NetworkDevice] = []
        var next = unsafe list
        while let device = unsafe next {
            let flags = unsafe device.pointee.flags
            devices.append(
                unsafe NetworkDevice(
                    name: String(cString: device.pointee.name),
                    description: device.pointee.description.map { unsafe String(cString: $0) },
                    isUp: flags & UInt32(PCAP_IF_UP) != 0, isLoopback: flags & UInt32(PCAP_IF_LOOPBACK) != 0))
            unsafe next = device.pointee.next
        }
        return devices
    }
}
