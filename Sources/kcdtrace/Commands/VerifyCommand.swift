import CaptureFile
import Pipeline
import Platform
import Verification

/// `kcdtrace verify`: a corpus of captures as regression tests.
enum VerifyCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        guard var output = Output(settings) else { return ExitStatus.usage }
        if settings.paths.isEmpty {
            Terminal.complain("\(Program.name): no folder is named\nTry: \(Program.name) verify DIR\n")
            return ExitStatus.usage
        }
        var verdicts: [ScenarioVerdict] = []
        for folder in settings.paths {
            let scenarios: [Scenario]
            do {
                scenarios = try Scenario.find(in: folder)
            } catch {
                Terminal.complain("\(Program.name): \(folder): \(error.message)\n")
                return ExitStatus.input
            }
            if scenarios.isEmpty {
                Terminal.complain("\(Program.name): \(folder): no capture is in this folder or below it\n")
                return ExitStatus.input
            }
            verdicts += scenarios.map { verdict($0, updates: settings.updates) }
        }
        switch settings.format {
        case "tap": output.write(VerdictReport.tap(verdicts))
        case "junit": output.write(VerdictReport.junit(verdicts))
        case "json":
            let document = ExpectationWriter.document(verdicts)
            output.write(document.rawBytes)
        default: output.write(VerdictReport.text(verdicts))
        }
        let hasFailed = verdicts.contains { $0.state == .failed }
        return output.status(hasFailed ? ExitStatus.findings : ExitStatus.done)
    }

    private static func verdict(_ scenario: Scenario, updates: Bool) -> ScenarioVerdict {
        let start = Clock.monotonicNanoseconds
        func verdict(_ state: ScenarioVerdict.State, _ differences: [String] = []) -> ScenarioVerdict {
            ScenarioVerdict(name: scenario.name, state: state, differences: differences,
                            duration: Clock.monotonicNanoseconds - start)
        }
        if scenario.captures.isEmpty { return verdict(.failed, ["there is an expectation, but no capture"]) }
        var expected: Expectation?
        if let octets = scenario.readExpectation() {
            do {
                expected = try Expectation(octets)
            } catch {
                return verdict(.failed, ["\(scenario.expectation): line \(error.line): \(error.message)"])
            }
        } else if !updates {
            return verdict(.failed, ["nothing is expected yet; write it with: \(Program.name) verify --update DIR"])
        }
        let result = Analysis.run(CaptureOpener.open(paths: scenario.captures))
        if updates { return update(scenario, expected, result, verdict) }
        let differences = expected?.differences(from: result) ?? []
        return verdict(differences.isEmpty ? .passed : .failed, differences)
    }

    private static func update(_ scenario: Scenario, _ expected: Expectation?, _ result: AnalysisResult,
                               _ verdict: (ScenarioVerdict.State, [String]) -> ScenarioVerdict) -> ScenarioVerdict {
        var seen = Expectation(of: result)
        seen.absent = (expected?.absent ?? []).filter { slug in !seen.findings.contains { $0.id == slug } }
        if seen == expected { return verdict(.passed, []) }
        do {
            let descriptor = try FileDescriptor.create(scenario.expectation)
            let text = ExpectationWriter.text(seen)
            try descriptor.writeAll(text.rawBytes)
        } catch {
            return verdict(.failed, ["\(scenario.expectation): cannot be written: \(error.message)"])
        }
        return verdict(expected == nil ? .created : .updated, [])
    }
}
