import PacketModel
import Testing

/// Sequence numbers wrap around.
@Suite struct SequenceNumberTests {
    @Test(
        arguments: [
            (0, 0, 0), (1, 0, 1), (0, 1, -1), (0, .max, 1), (.max, 0, -1), (5, 0xFFFF_FFFB, 10),
            (0x7FFF_FFFF, 0, 0x7FFF_FFFF),
            (0x8000_0000, 0, -0x8000_0000), (0x8000_0001, 0, -0x7FFF_FFFF),
        ] as [(UInt32, UInt32, Int)])
    func distanceAndOrder(left: UInt32, right: UInt32, distance: Int) {
        let (left, right) = (SequenceNumber(left), SequenceNumber(right))
        #expect(left - right == distance)
        #expect(right + distance == left)
        #expect((left < right) == (distance < 0) && (left > right) == (distance > 0))
        #expect((left <= right) == (distance <= 0) && (left >= right) == (distance >= 0))
    }
}
