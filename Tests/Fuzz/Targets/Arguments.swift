// Command lines.
import Dissectors
import PacketModel
import Pipeline
import Platform
import Reporting
@testable import kcdtrace

/// The input is a command's name and its arguments, one a line. They mean the same every time, and what is refused is
/// told in
/// a line that helps.
@Sendable func fuzzArguments(_ octets: [UInt8]) {
    let words = octets.split(separator: 10, omittingEmptySubsequences: false).map { PathName(bytes: Array($0)) }
    guard let first = words.first else { return }
    let command = CommandTable.command(first.description) ?? CommandTable.analyze
    let (one, other) = (parse(words.dropFirst(), command), parse(words.dropFirst(), command))
    claimSame(one.words, other.words, "arguments mean something else the second time")
    if let error = one.error {
        claim(!error.message.isEmpty && error.command == command.name, "a complaint that does not help")
        claimPlain(SafeText.escaped(error.message + (error.suggestion ?? "")), "a complaint")
    }
    guard let settings = one.settings else { return }
    for bound in [settings.since, settings.until] {
        guard case .at(let time) = bound else { continue }
        let civil = CivilTime(time)
        let text = "\(civil.dateText)T\(civil.secondsText).\(String(civil.nanosecond + 1_000_000_000).dropFirst())Z"
        claimSame(CaptureTime(rfc3339: text), time, "\(text) is read as another time")
    }
    claim(
        (1...64).contains(settings.threads) && settings.width.map { (60...1000).contains($0) } ?? true,
        "a number out of bounds")
    claim(
        command.formats.isEmpty || command.formats.contains(settings.format), "a format that the command has not")
    claim(!settings.hosts.contains { $0.description.isEmpty }, "a host without an address")
}

private func parse(_ arguments: ArraySlice<PathName>, _ command: Command) -> (
    settings: Settings?, error: UsageError?, words: String
) {
    do throws(UsageError) {
        let settings = try ArgumentParser.parse(arguments, for: command)
        return (settings, nil, "\(settings)")
    } catch {
        return (nil, error, "\(error)")
    }
}
