// Hostile names in every report.
import ByteParsing
import CaptureFile
import Diagnosis
import Pipeline
import Reporting
import Verification

/// The input is a detail, up to four renamings (the length, the octets of a name, as many others), and a capture in which they
/// are carried out. So a name is another in all its places, while lengths around it stay true.
@Sendable func fuzzReports(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let choice = input.octet()
    var renamings: [(from: [UInt8], to: [UInt8])] = []
    for _ in 0..<(choice & 7) % 5 {
        let length = input.octet() % 64
        renamings.append((input.take(length), input.take(length)))
    }
    var capture = input.all()
    for renaming in renamings where renaming.from.count == renaming.to.count { rename(renaming.from, renaming.to, &capture) }

    let result = Analysis.run(reader(capture))
    let detail: ReportDetail = choice & 8 != 0 ? .verbose : choice & 16 != 0 ? .quiet : .normal
    claimPlain(TextReport.text(result, style: TextStyle(width: choice & 32 != 0 ? 60 : 120), detail: detail), "the report")
    claimPlain(InfoReport.text(result), "info")
    let info = InfoDocument(result)
    claimJSON(info.bytes.copyBytes(), "info")
    claimJSON(document(result), "the document")
    claimMarkdown(MarkdownReport.text(result, detail: detail))
    for finding in result.findings { claimCommands(finding, result) }
    claimExpected(result)
}

private func rename(_ from: [UInt8], _ to: [UInt8], _ octets: inout [UInt8]) {
    guard let first = from.first, octets.count >= from.count else { return }
    var place = 0
    while place <= octets.count - from.count {
        if octets[place] == first, octets[place..<place + from.count].elementsEqual(from) {
            octets.replaceSubrange(place..<place + from.count, with: to)
            place += from.count
        } else {
            place += 1
        }
    }
}

/// Nothing captured is markup: outside of code, what could begin a tag or a link is escaped.
private func claimMarkdown(_ page: String) {
    claimPlain(page, "Markdown")
    var fence: Substring?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
        let bare = line.drop { $0 == " " }
        let run = bare.prefix { $0 == "`" }
        if let open = fence {
            if run == open, run == bare { fence = nil }
            continue
        }
        if run.count >= 3 {
            fence = run
            continue
        }
        var isEscaped = false
        for scalar in line.unicodeScalars {
            claim(isEscaped || scalar != "<" && scalar != "[", "markup in \(line)")
            isEscaped = !isEscaped && scalar == "\\"
        }
    }
    claim(fence == nil, "a block of code does not end")
}

/// A command holds what its template holds, and besides only what means itself to any shell.
private func claimCommands(_ finding: Finding, _ result: AnalysisResult) {
    let text = FindingText(finding, names: result.names)
    let templates = finding.rule.causes.reduce(into: [:]) { $0[$1.id.description] = $1.fixes.map { $0.command?.description } }
    for cause in text.causes {
        for (fix, template) in zip(cause.fixes, templates[cause.id] ?? []) {
            guard let command = fix.command, let template else { continue }
            var rest = template.unicodeScalars.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            for scalar in command.unicodeScalars {
                let isHarmless = scalar.isASCII && (Character(scalar).isLetter || Character(scalar).isNumber || "._/:@$-<>".unicodeScalars.contains(scalar))
                claim(isHarmless || rest[scalar, default: 0] > 0, "\(scalar.debugDescription) in a command: \(command)")
                rest[scalar, default: 0] -= 1
            }
        }
    }
}

/// What an analysis shows fulfils the expectation that is written of it.
private func claimExpected(_ result: AnalysisResult) {
    let seen = Expectation(of: result)
    let octets = ExpectationWriter.text(seen)
    claimJSON(octets, "an expectation")
    do throws(JSONValue.Fault) {
        let read = try Expectation(octets)
        claimSame(read, seen, "an expectation is read otherwise than written")
        claimSame(read.differences(from: result), [], "an analysis differs from itself")
    } catch {
        claim(false, "an expectation cannot be read: \(error.message)")
    }
}
