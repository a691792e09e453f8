import ByteParsing
import Testing

@Suite struct ReadingTests {
    @Test func readsIntegersAtAnyAlignmentInBothOrders() {
        let octets: [UInt8] = [0xFF, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08]
        let bytes = octets.rawBytes
        let (be16, be32, be64) = (bytes.be16(1), bytes.be32(1), bytes.be64(1))
        let (le16, le32, le64) = (bytes.le16(1), bytes.le32(1), bytes.le64(1))
        #expect(be16 == 0x0102)
        #expect(be32 == 0x0102_0304)
        #expect(be64 == 0x0102_0304_0506_0708)
        #expect(le16 == 0x0201)
        #expect(le32 == 0x0403_0201)
        #expect(le64 == 0x0807_0605_0403_0201)
        let first = bytes.u8(0)
        #expect(first == 0xFF)
    }

    @Test func readingPastTheEndTraps() async {
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1, 2, 3]
            let value = octets.rawBytes.be32(0)
            print(value)
        }
    }

    @Test func aSliceOutsideTheSpanTraps() async {
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1, 2, 3]
            let count = octets.rawBytes.slice(1, 4).byteCount
            print(count)
        }
    }

    @Test func searchesAndCompares() {
        let octets = Array("GET / HTTP/1.1\r\n".utf8)
        let bytes = octets.rawBytes
        let carriageReturn = bytes.firstIndex(of: 13)
        let beyond = bytes.firstIndex(of: 13, from: 15)
        let outside = bytes.firstIndex(of: 13, from: 99)
        #expect(carriageReturn == 14)
        #expect(beyond == nil)
        #expect(outside == nil)
        let hasMethod = bytes.hasASCII("GET ")
        let hasVersion = bytes.hasASCII("HTTP/1.1", at: 6)
        let hasTooMuch = bytes.hasASCII("HTTP/1.1 200", at: 6)
        #expect(hasMethod && hasVersion && !hasTooMuch)
        let copy = octets
        let isSame = bytes.equals(copy.rawBytes)
        let isOther = bytes.equals(bytes.slice(from: 1))
        #expect(isSame && !isOther)
    }
}
