import PacketModel
import Dissectors
import Testing

/// Addresses as text: what is one to other programs is the same one here, and nothing else is.
@Suite struct AddressTextTests {
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:db8::1", "2001:db8::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
        ("1::", "1::"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::ffff:10.0.0.1", "10.0.0.1"),
        ("64:ff9b::10.0.0.1", "64:ff9b::a00:1"),
    ])
    func addresses(_ text: String, _ canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.1.", "10.0.0.256", "10.0.0.01", "010.0.0.1", "+1.0.0.1", "10.0.0.-1", "10..0.1",
        "1.2.3.4 ",
        ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::12345", "::+1", "-000::0", "+fff::", "::g",
        "1.2.3.4::",
        "::1.2.3.4:5", "::010.0.0.1", "fe80::1%eth0", "[::1]",
    ])
    func noAddresses(_ text: String) { #expect(IPAddress(text) == nil) }
}
