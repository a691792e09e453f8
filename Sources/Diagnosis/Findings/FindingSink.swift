/// Takes findings as they come into being, change and come to their end.
///
/// `Diagnostician` calls it from `advance(to:_:)` and `finish(_:)`, never in between. For each finding it calls
/// `opened` once, then `changed` any number of times, then `closed` once, always with the same `Finding.id`. What
/// `closed` gets is the whole finding: who only wants results need not add anything up.
///
/// The same failure may come again after its finding was closed. That is a new finding, and as `FindingID` depends on
/// nothing but the rule and the subjects, it has the id of the earlier one.
public protocol FindingSink {
    /// Whether `opened` and `changed` are to be called. By default they are; who only wants what `closed` gets saves
    /// the work of making findings that are not complete.
    var followsOpenFindings: Bool { get }

    /// A failure was met that no open finding stands for. Causes are chosen by what is known by now; `consequenceOf` is
    /// not known before the finding is closed.
    mutating func opened(_ finding: Finding)

    /// Something was added to an open finding since it was passed on last. However often that happened between two
    /// calls of `advance`, this is called once.
    mutating func changed(_ finding: Finding)

    /// Nothing will be added to this finding any more.
    mutating func closed(_ finding: Finding, _ reason: FindingClosure)
}

extension FindingSink {
    public var followsOpenFindings: Bool { true }
    public mutating func opened(_ finding: Finding) {}
    public mutating func changed(_ finding: Finding) {}
}

/// Why a finding is closed.
public enum FindingClosure: Sendable, Hashable {
    /// Nothing was added to it for the patience of `Diagnostician`, in capture time.
    case quiet
    /// The input has ended.
    case ended
    /// It had to make room for others (`FindingBounds`). What it held has become part of a finding that stands for all
    /// that had no room (`Finding.folded`), where its occasions are counted: they must not be counted again.
    case folded
}

/// Collects the closed findings: what a report is made of.
public struct ClosedFindings: FindingSink, Sendable {
    /// In the order in which they were closed. Those closed at the end are in the order of a report: causes before
    /// their consequences, then by severity, stage and first frame.
    public private(set) var findings: [Finding] = []
    public var followsOpenFindings: Bool { false }

    /// Has collected nothing.
    public init() {}

    public mutating func closed(_ finding: Finding, _ reason: FindingClosure) {
        if reason != .folded { findings.append(finding) }
    }
}
