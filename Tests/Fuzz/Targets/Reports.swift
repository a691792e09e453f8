// Hostile names in every report.
import ByteParsing
import Diagnosis
import Pipeline
import Reporting
import Verification

/// The input is a detail, up to four renamings (the length, the octets of a name, as many others), and a capture in
/// which they
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
    for renaming in renamings where renaming.from.count == renaming.to.count {
        rename(renaming.from, renaming.to, &capture)
    }

    let result = analyze(reader(capture))
    let detail: ReportDetail = choice & 8 != 0 ? .verbose : choice & 16 != 0 ? .quiet : .normal
    claimPlain(
        TextReport.text(result, style: TextStyle(width: choice & 32 != 0 ? 60 : 120), detail: detail), "the report")
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
        var rest = line.unicodeScalars[...]
        while let scalar = rest.first {
            if scalar == "\\" {
                rest = rest.dropFirst(2)
            } else if scalar == "`" {
                rest = afterCode(rest)
            } else {
                claim(scalar != "<" && scalar != "[", "markup in \(line)")
                rest = rest.dropFirst()
            }
        }
    }
    claim(fence == nil, "a block of code does not end")
}

/// What follows a piece of code: it ends with as many backquotes as it begins with, or was none.
private func afterCode(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
    let opening = text.prefix { $0 == "`" }.count
    var rest = text.dropFirst(opening)
    while let place = rest.firstIndex(of: "`") {
        let run = rest[place...].prefix { $0 == "`" }.count
        rest = rest[place...].dropFirst(run)
        if run == opening { return rest }
    }
    return text.dropFirst(opening)
}

/// A command is one of the rule's templates whose places hold only what means itself to any shell, or their generic
/// form.
private func claimCommands(_ finding: Finding, _ result: AnalysisResult) {
    let templates = finding.rule.causes.flatMap(\.fixes).compactMap { $0.command.map { parts(of: $0.description) } }
    for cause in FindingText(finding, names: result.names).causes {
        let documented = finding.rule.causes.first { $0.id.description == cause.id }?.fixes.count ?? 0
        // Steps may come before those that are documented.
        let isDocumented = cause.fixes.count <= documented
        for command in cause.fixes.compactMap(\.command) {
            let scalars = Array(command.unicodeScalars)
            let fitsOne = templates.contains { isFilled($0[...], scalars[...]) }
            claim(
                fitsOne || !isDocumented && scalars.allSatisfy { $0 == "\n" || $0.isASCII && isPlain($0) },
                "a command of no template: \(command)")
        }
    }
}

/// What stands between the places of a template.
private func parts(of template: String) -> [[Unicode.Scalar]] {
    var out: [[Unicode.Scalar]] = [[]]
    var rest = template.unicodeScalars[...]
    while let scalar = rest.popFirst() {
        let key = rest.prefix { $0 == "_" || $0 >= "a" && $0 <= "z" }
        if scalar == "{", !key.isEmpty, rest.dropFirst(key.count).first == "}" {
            rest = rest.dropFirst(key.count + 1)
            out.append([])
        } else {
            out[out.count - 1].append(scalar)
        }
    }
    return out
}

/// Whether a text begins with the first part, and goes on with something harmless and then the others.
private func isFilled(_ parts: ArraySlice<[Unicode.Scalar]>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = parts.first else { return text.isEmpty }
    guard text.starts(with: first) else { return false }
    let after = text.dropFirst(first.count), others = parts.dropFirst()
    if others.isEmpty { return after.isEmpty }
    for length in 0...after.count {
        if isFilled(others, after.dropFirst(length)) { return true }
        guard let next = after.dropFirst(length).first, next.isASCII,
            Character(next).isLetter || Character(next).isNumber || "._/:@$-<>".unicodeScalars.contains(next)
        else { return false }
    }
    return false
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
