import PacketModel
import ByteParsing
import Dissectors

/// Shows octets to a stream dissector as the flow layer does: what was not taken is shown again
/// with what follows, and what is to be skipped is not shown at all.
final class StreamDriver {
    let names: NameTable
    let context: DissectionContext
    let dissector: HTTPStream
    private var tails: [[UInt8]] = [[], []]
    private var skips = [0, 0]
    private(set) var isIgnored = false
    /// Octets shown in all calls together: the measure of quadratic work.
    private(set) var shownOctets = 0

    init() {
        names = NameTable()
        context = DissectionContext(names: names)
        dissector = HTTPStream(context)
    }

    /// The next connection that a dissector reads.
    init(after other: StreamDriver) {
        names = other.names
        context = other.context
        dissector = other.dissector
        dissector.reset()
    }

    func send(_ text: String, _ direction: Direction) { send(Array(text.utf8), direction) }

    func send(_ octets: [UInt8], _ direction: Direction) {
        let side = direction.index
        var fresh = octets[...]
        while !isIgnored {
            let passed = min(skips[side], fresh.count)
            skips[side] -= passed
            fresh = fresh.dropFirst(passed)
            if fresh.isEmpty {
                // The end of what was passed over is told, even where nothing follows it.
                if passed > 0, skips[side] == 0 {
                    _ = dissector.consume([UInt8]().rawBytes, from: direction)
                }
                return
            }
            let shown = tails[side] + fresh
            shownOctets += shown.count
            let step = dissector.consume(shown.rawBytes, from: direction)
            precondition(step.taken >= 0 && step.taken <= shown.count && step.skip >= 0)
            isIgnored = step.ignoreRest
            skips[side] = step.skip
            let rest = shown.dropFirst(step.taken)
            if step.taken == 0 && step.skip == 0 || rest.isEmpty {
                tails[side] = Array(rest)
                return
            }
            tails[side] = []
            fresh = rest
        }
    }

    func gap(_ length: Int, _ direction: Direction) {
        let side = direction.index
        let passed = min(skips[side], length)
        skips[side] -= passed
        if length > 0, length == passed { return }
        let tail = tails[side]
        dissector.gap(tail.rawBytes, length: length - passed, from: direction)
        tails[side] = []
    }

    func finish() {
        for direction in [Direction.forward, .backward] where !isIgnored {
            let tail = tails[direction.index]
            dissector.finish(tail.rawBytes, missing: skips[direction.index], ending: .closed, from: direction)
        }
    }

    /// The messages reported so far.
    var messages: [HTTPMessage] {
        context.messages.all.compactMap { $0.content as? HTTPMessage }
    }

    /// The messages in one line each, with every field that a test may compare.
    var lines: [String] {
        context.messages.all.map { message in
            guard let http = message.content as? HTTPMessage else { return "?" }
            return describe(http, names) + (message.envelope.fault.map { " !\($0.kind.name)" } ?? "")
        }
    }
}

/// One line for a message: what was sent, and what was found in it.
func describe(_ http: HTTPMessage, _ names: NameTable) -> String {
    func text(_ id: NameID) -> String { names.string(id) ?? "-" }
    var parts: [String] = []
    if http.kind == .request {
        parts.append("\(text(http.method)) \(text(http.target)) host=\(text(http.host))")
    } else {
        parts.append("\(http.status)")
    }
    func add(_ label: String, _ one: HTTPAuthentication) {
        parts.append("\(label)=\(text(one.scheme))/\(one.tokenKind.name)/\(one.tokenLength)/\(text(one.realm))")
    }
    if let one = http.authorization { add("auth", one) }
    if let one = http.proxyAuthorization { add("proxy-auth", one) }
    for one in http.challenges.array { add("challenge", one) }
    for one in http.proxyChallenges.array { add("proxy-challenge", one) }
    if http.location.isPresent { parts.append("location=\(text(http.location))") }
    for name in http.cookieNames.array { parts.append("cookie=\(text(name))") }
    if http.isChunked { parts.append("chunked") }
    if let length = http.contentLength { parts.append("length=\(length)") }
    if http.closesConnection { parts.append("close") }
    if http.phrases.contains(.headerTooLong) { parts.append("header-too-long") }
    if http.phrases.contains(.logInForm) { parts.append("log-in") }
    parts.append("bytes=\(http.headerBytes)/\(http.longestFieldBytes)")
    return parts.joined(separator: " ")
}

/// An exchange: pieces in the order in which they cross the wire.
typealias Piece = (Direction, String)

/// The lines that the pieces give, shown whole.
func read(_ pieces: [Piece]) -> [String] {
    let driver = StreamDriver()
    for (direction, text) in pieces { driver.send(text, direction) }
    driver.finish()
    return driver.lines
}
