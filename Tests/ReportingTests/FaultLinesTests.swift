import ByteParsing
import CaptureFile
import Dissectors
import Pipeline
import Testing
@testable import Reporting

/// How faults are told: a few one by one, many of one kind as one.
@Suite struct FaultLinesTests {
    private func result(_ counts: [(layer: String, kind: FaultKind, count: Int)], omitted: UInt64 = 0) -> AnalysisResult
    {
        var result = AnalysisResult(names: NameTable())
        result.captures = [CaptureDescription(name: "a.pcap", format: "pcap")]
        result.captures[0].packets = 100
        for (layer, kind, count) in counts {
            for number in 0..<count {
                result.faults.append(
                    AnalysisFault(
                        capture: 0, frame: UInt64(2 * number + 2), offset: 4, kind: kind, layer: layer,
                        message: "\(layer) \(kind.name) at octet 4"))
            }
        }
        result.omittedFaults = omitted
        return result
    }

    @Test func fewAreToldOneByOne() {
        let lines = FaultLines(result([("kerberos", .malformed, 3)])).sentences
        #expect(lines.count == 3)
        #expect(lines[1] == "a.pcap: malformed after frame 4: kerberos malformed at octet 4")
    }

    @Test func manyOfAKindAreToldAsOne() {
        let lines = FaultLines(
            result([("kerberos", .malformed, 64), ("http", .malformed, 1), ("kerberos", .truncated, 4)], omitted: 2018)
        ).sentences
        #expect(
            lines == [
                "a.pcap: kerberos malformed 64 times: frames 2, 4, 6, 8, 10, 12 and 58 more",
                "a.pcap: malformed after frame 2: http malformed at octet 4",
                "a.pcap: kerberos truncated 4 times: frames 2, 4, 6, 8",
                "2018 further faults.",
            ])
    }

    @Test func whatCannotBeReadOnTheKerberosPortIsNotCalledAbsent() {
        #expect(
            Report(result([("kerberos", .malformed, 64)])).verdict.headline
                == "Nothing to judge: what came to the Kerberos port could not be read, and there is no HTTP.")
        #expect(Report(result([])).verdict.headline == "Nothing to judge: this capture shows no Kerberos and no HTTP.")
    }
}
