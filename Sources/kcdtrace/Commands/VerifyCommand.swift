import ByteParsing
import CaptureFile
import Pipeline
import Platform
import Verification

/// `kcdtrace verify`: a corpus of captures as regression tests.
enum VerifyCommand {
    /// The formats of the verdicts, the default first.
    static let writers: [FormatWriter<[ScenarioVerdict]>] = [
        FormatWriter(.text) { $2.write(VerdictReport.text($0)) },
        FormatWriter(.tap) { $2.write(VerdictReport.tap($0)) },
        FormatWriter(.junit) { $2.write(VerdictReport.junit($0)) },
        FormatWriter(.json) { $2.write(ExpectationWriter.document($0).rawBytes) },
    ]

    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        if settings.paths.isEmpty {
            Terminal.complain("no folder is named", hints: ["Try: \(Program.name) verify DIR"])
            return ExitStatus.usage
        }
        var scenarios: [Scenario] = []
        for folder in settings.paths {
            guard let found = find(in: folder) else { return ExitStatus.input }
            scenarios += found
        }
        let captures = scenarios.flatMap(\.captures)
        let read = captures + scenarios.map(\.expectation)
        guard var output = Output(settings, alsoRead: read) else { return ExitStatus.usage }
        let kept = InputFiles(settings.updates ? captures : [])
        let verdicts = scenarios.map { verdict($0, updates: settings.updates, sparing: kept) }
        FormatWriter.write(verdicts, settings, to: &output, writers)
        let hasFailed = verdicts.contains { $0.state == .failed }
        return output.finish(hasFailed ? ExitStatus.findings : ExitStatus.done)
    }

    /// The scenarios below a folder; nil, with a word on standard error, where there are none.
    private static func find(in folder: PathName) -> [Scenario]? {
        let corpus: Corpus
        do {
            corpus = try Corpus(in: folder)
        } catch {
            Terminal.complain("\(error.folder): \(error.error.message)")
            return nil
        }
        if corpus.linkedFolders > 0 {
            Terminal.complain("\(folder): symbolic links to folders are not followed: \(corpus.linkedFolders) left out")
        }
        if corpus.foldersTooDeep > 0 {
            let limit = "folders more than \(Corpus.maximumDepth) deep are not looked into"
            Terminal.complain("\(folder): \(limit): \(corpus.foldersTooDeep) left out")
        }
        if corpus.scenarios.isEmpty {
            Terminal.complain("\(folder): no capture is in this folder or below it")
            return nil
        }
        return corpus.scenarios
    }

    private static func verdict(_ scenario: Scenario, updates: Bool, sparing kept: InputFiles) -> ScenarioVerdict {
        let start = Clock.monotonicNanoseconds
        func verdict(_ state: ScenarioVerdict.State, _ differences: [String] = []) -> ScenarioVerdict {
            ScenarioVerdict(
                name: scenario.name, state: state, differences: differences,
                duration: Clock.monotonicNanoseconds - start)
        }
        if let obstacle = scenario.obstacle { return verdict(.failed, [obstacle]) }
        let expected: Expectation?
        do {
            expected = try scenario.readExpectation()
        } catch {
            return verdict(.failed, [error.message])
        }
        if expected == nil, !updates {
            return verdict(.failed, ["nothing is expected yet; write it with: \(Program.name) verify --update DIR"])
        }
        let result = Analysis.run(CaptureOpener.open(paths: scenario.captures))
        // Of what cannot be read at all nothing is to be expected, and nothing is to be learnt.
        for capture in result.captures where capture.packets == 0 {
            if let fault = capture.fault { return verdict(.failed, ["\(capture.name): \(fault.message)"]) }
        }
        if updates { return update(scenario, expected, result, sparing: kept, verdict) }
        let differences = expected?.differences(from: result) ?? []
        return verdict(differences.isEmpty ? .passed : .failed, differences)
    }

    private static func update(
        _ scenario: Scenario, _ expected: Expectation?, _ result: AnalysisResult,
        sparing kept: InputFiles,
        _ verdict: (ScenarioVerdict.State, [String]) -> ScenarioVerdict
    ) -> ScenarioVerdict {
        var seen = Expectation(of: result)
        seen.absent = (expected?.absent ?? []).filter { slug in !seen.findings.contains { $0.id == slug } }
        if seen == expected { return verdict(.passed, []) }
        do {
            let text = ExpectationWriter.text(seen)
            try OutputFile.write(text.rawBytes, to: scenario.expectation, sparing: kept)
        } catch {
            return verdict(.failed, ["\(scenario.expectation): \(error.message)"])
        }
        return verdict(expected == nil ? .created : .updated, [])
    }
}
