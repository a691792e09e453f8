import Dissectors
import Reporting

/// What became of one scenario.
public struct ScenarioVerdict: Sendable {
    /// The scenario's name: the names of files, not escaped yet.
    public var name: String
    public var state: State
    /// How it differs, or why it could not be compared: a line each, with captured names, not escaped yet.
    public var differences: [String]
    /// How long it took, in nanoseconds.
    public var duration: Int64

    /// How it came out.
    public enum State: Sendable, Hashable {
        /// Everything expected is there.
        case passed
        /// Something differs, or cannot be read.
        case failed
        /// The expectation has been written anew, or for the first time.
        case updated
        case created
    }

    /// Makes a verdict.
    public init(name: String, state: State, differences: [String] = [], duration: Int64 = 0) {
        self.name = name
        self.state = state
        self.differences = differences
        self.duration = duration
    }
}

/// The verdicts of a run in the forms that people and CI systems read. No name can end a line or begin one.
public enum VerdictReport {
    /// One line each, and a readable difference where one failed.
    public static func text(_ verdicts: [ScenarioVerdict]) -> String {
        var out = ""
        for verdict in verdicts {
            out += "\(word(verdict.state).padding(8))\(SafeText.escaped(verdict.name))\n"
            for line in verdict.differences { out += "        \(SafeText.escaped(line))\n" }
        }
        let failed = verdicts.count { $0.state == .failed }
        return out + "\(verdicts.count - failed) passed, \(failed) failed\n"
    }

    private static func word(_ state: ScenarioVerdict.State) -> String {
        switch state {
        case .passed: "ok"
        case .failed: "FAILED"
        case .updated: "updated"
        case .created: "created"
        }
    }

    /// TAP, version 14.
    public static func tap(_ verdicts: [ScenarioVerdict]) -> String {
        var out = "TAP version 14\n1..\(verdicts.count)\n"
        for (index, verdict) in verdicts.enumerated() {
            var name = ""
            for scalar in SafeText.escaped(verdict.name).unicodeScalars {
                if scalar == "#" || scalar == "\\" { name += "\\" }
                name.unicodeScalars.append(scalar)
            }
            out += "\(verdict.state == .failed ? "not ok" : "ok") \(index + 1) - \(name)\n"
            for line in verdict.differences { out += "# \(SafeText.escaped(line))\n" }
        }
        return out
    }

    /// JUnit's XML, as most CI systems read it.
    public static func junit(_ verdicts: [ScenarioVerdict]) -> String {
        let failed = verdicts.count { $0.state == .failed }
        var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        out +=
            "<testsuite name=\"kcdtrace\" tests=\"\(verdicts.count)\" failures=\"\(failed)\" errors=\"0\" skipped=\"0\""
        out += " time=\"\(seconds(verdicts.reduce(0) { $0 &+ $1.duration }))\">\n"
        for verdict in verdicts {
            out +=
                """
                  <testcase classname="kcdtrace" name="\(escaped(verdict.name))" \
                time="\(seconds(verdict.duration))"
                """
            if verdict.state == .failed {
                out += ">\n    <failure message=\"\(escaped(verdict.differences.first ?? "differs"))\">"
                out += verdict.differences.map(escaped).joined(separator: "&#10;") + "</failure>\n  </testcase>\n"
            } else {
                out += "/>\n"
            }
        }
        return out + "</testsuite>\n"
    }

    private static func seconds(_ nanoseconds: Int64) -> String {
        let milliseconds = max(nanoseconds, 0) / 1_000_000
        let fraction = "\(milliseconds % 1000)"
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// A line as XML 1.0 takes it, in which no escape stands for a control.
    private static func escaped(_ line: String) -> String {
        var out = ""
        for scalar in SafeText.escaped(line).unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(1, width - count))
    }
}
