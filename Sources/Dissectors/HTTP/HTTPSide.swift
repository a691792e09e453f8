import PacketModel

/// Where one direction of a connection stands.
struct HTTPSide {
    /// What the next octet belongs to.
    enum Phase: Equatable {
        /// The start line of a message, or empty lines before it.
        case start
        /// A header whose start line has been recognised.
        case header
        /// A header of this many octets, complete. Where it has been read and waits for the first
        /// octets of its body, `body` says how that ends.
        case complete(header: Int, body: HTTPBodyFraming?)
        /// So many octets of a body are still to be passed over, besides those that the caller is
        /// passing over already.
        case body(UInt64)
        /// The line with a chunk's size.
        case chunkSize
        /// The line end behind a chunk's data.
        case chunkEnd
        /// A field line behind the last chunk, or the empty line that ends the message.
        case trailer
        /// A body that ends with the connection.
        case untilClose
        /// Octets were lost or make no sense: the next ones that begin a message are waited for.
        case lost
        /// Not HTTP any more.
        case tunnel
    }

    var phase = Phase.start
    /// Which way this side sends.
    var direction = Direction.forward
    /// Octets of this side that lie before those now shown.
    var passed = 0
    /// Octets of the unfinished header or line that have been searched for its end already.
    var scanned = 0
    /// The number that `HTTPLines` gave to the header whose end is searched for.
    var lines: UInt64 = 0
    /// Octets of trailer lines read so far.
    var trailerBytes = 0
    /// The place of the message whose header is read and whose body has not ended yet; 0 where there is none.
    var open = 0
    /// What this side has sent before.
    var kind: HTTPMessageKind?
}
