// Authentication tokens: SPNEGO, NTLM and bare Kerberos.
import PacketModel
import ByteParsing
@testable import Dissectors

/// The input is whether octets are missing, and the token. A table that has met its names reads it the same.
@Sendable func fuzzTokens(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let isCut = input.octet() & 1 != 0
    let bytes = input.all()
    let names = NameTable(maximumCount: 4096)
    var text = ByteBuffer(capacity: 16)
    let token = AuthenticationToken(decoding: bytes.rawBytes, isCut: isCut, names: names, text: &text)
    if let fault = token.fault {
        claim(fault.offset >= 0 && Int(fault.offset) <= bytes.count, "a fault outside the token")
    }
    guard !bytes.isEmpty else { return }
    if names.overflowCount > 0 { return }
    let again = AuthenticationToken(decoding: bytes.rawBytes, isCut: isCut, names: names, text: &text)
    claimSame(words(again, names), words(token, names), "read otherwise when read again")
}

private func words(_ token: AuthenticationToken, _ names: NameTable) -> String {
    func text(_ id: NameID) -> String { names.string(id) ?? "-" }
    func text(_ mechanism: Mechanism?) -> String { mechanism.map { "\($0.kind) \(text($0.oid))" } ?? "none" }
    let ntlm = token.ntlm
    return [
        """
        \(token.kind.name) \(token.isOddlyWrapped) \(token.hasMechListMIC) \
        \(token.state.map { "\($0.rawValue)" } ?? "none")
        """,
        token.mechanisms.array.map { text($0) }.joined(separator: ","), text(token.supportedMechanism),
        text(token.innerMechanism),
        fieldText(token.kerberos, names),
        """
        \(ntlm.type) \(text(ntlm.domain)) \(text(ntlm.user)) \(text(ntlm.workstation)) \(text(ntlm.computer)) \
        \(text(ntlm.dnsComputer))
        """,
        "\(text(ntlm.dnsDomain)) \(ntlm.timestamp?.nanoseconds ?? 0) \(ntlm.isAnonymous)",
        "\(String(describing: token.fault))",
    ].joined(separator: "\n")
}
