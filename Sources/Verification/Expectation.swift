import Dissectors
import Diagnosis

/// What a capture is expected to show: a subset, so that every part may be left out.
public struct Expectation: Hashable, Sendable {
    /// The first finding at warning or error.
    public enum First: Hashable, Sendable {
        /// Nothing is said of it.
        case unspecified
        /// None may be there: the capture is healthy.
        case none
        /// It must be one of these.
        case oneOf([String])
    }

    /// A finding that must be there.
    public struct ExpectedFinding: Hashable, Sendable {
        /// The slug.
        public var id: String
        /// Its severity, where it matters.
        public var severity: String?
        /// Frames that must be among its evidence.
        public var frames: [UInt64] = []
        /// How often it must have been met, where it matters.
        public var count: UInt64?
    }

    /// A sign-on that must be there.
    public struct ExpectedSignOn: Hashable, Sendable {
        /// `name@REALM`, where it matters.
        public var user: String?
        public var service: String?
        public var outcome: String?
    }

    public var first = First.unspecified
    public var findings: [ExpectedFinding] = []
    /// Findings that must not be there, at any severity.
    public var absent: [String] = []
    public var signOns: [ExpectedSignOn] = []
    /// Messages decoded, by protocol.
    public var messages: [String: UInt64] = [:]

    /// Nothing expected.
    public init() {}

    /// The version of the form that this program reads and writes.
    public static let schemaVersion: Int64 = 1

    /// Reads the text of an `expect.json`, where it may count messages of these protocols. Names that do not exist are
    /// faults: an expectation with a slip in it would never fail.
    public init(_ octets: [UInt8], protocols: ProtocolRegistry = .standard) throws(JSONValue.Fault) {
        let value = try JSONValue.parse(octets)
        func fault(_ message: String) -> JSONValue.Fault { JSONValue.Fault(line: 1, message: message) }
        guard case .object(let members) = value else { throw fault("an object is expected") }
        guard value["schema_version"]?.integer == Self.schemaVersion else {
            throw fault("\"schema_version\" must be \(Self.schemaVersion)")
        }
        for member in members {
            switch member.key {
            case "schema_version": break
            case "first_finding": first = try Self.first(member.value)
            case "findings":
                for element in try Self.elements(member.value, "findings") {
                    findings.append(try Self.finding(element))
                }
            case "absent":
                for element in try Self.elements(member.value, "absent") { absent.append(try Self.slug(element)) }
            case "sign_ons":
                for element in try Self.elements(member.value, "sign_ons") { signOns.append(try Self.signOn(element)) }
            case "messages":
                guard case .object(let counts) = member.value else { throw fault("\"messages\" must be an object") }
                let names = protocols.withMessages.map { $0.name }
                for count in counts {
                    guard names.contains(count.key), let number = count.value.integer, number >= 0 else {
                        throw fault("\"messages\" counts \(names.joined(separator: ", "))")
                    }
                    messages[count.key] = UInt64(number)
                }
            default: throw fault("\"\(member.key)\" is not a key of an expectation")
            }
        }
    }

    private static func fault(_ message: String) -> JSONValue.Fault { JSONValue.Fault(line: 1, message: message) }

    private static func elements(_ value: JSONValue, _ key: String) throws(JSONValue.Fault) -> [JSONValue] {
        guard let elements = value.elements else { throw fault("\"\(key)\" must be an array") }
        return elements
    }

    private static func slug(_ value: JSONValue) throws(JSONValue.Fault) -> String {
        guard let text = value.text else { throw fault("a finding's id is expected") }
        guard RuleRegistry.documentation(text) != nil else { throw fault("no finding is called \"\(text)\"") }
        return text
    }

    private static func first(_ value: JSONValue) throws(JSONValue.Fault) -> First {
        if value == .null { return .none }
        guard let several = value.elements else { return .oneOf([try slug(value)]) }
        var slugs: [String] = []
        for element in several { slugs.append(try slug(element)) }
        return .oneOf(slugs)
    }

    private static func finding(_ value: JSONValue) throws(JSONValue.Fault) -> ExpectedFinding {
        guard case .object(let members) = value, let id = value["id"] else { throw fault("a finding needs an \"id\"") }
        var finding = ExpectedFinding(id: try slug(id))
        for member in members {
            switch member.key {
            case "id": break
            case "severity":
                guard let text = member.value.text, Severity.allCases.contains(where: { $0.name == text }) else {
                    throw fault("\"severity\" is info, warning or error")
                }
                finding.severity = text
            case "frames":
                for element in try elements(member.value, "frames") {
                    guard let frame = element.integer, frame > 0 else { throw fault("a frame is a number from 1") }
                    finding.frames.append(UInt64(frame))
                }
            case "count":
                guard let count = member.value.integer, count > 0 else { throw fault("\"count\" is a number from 1") }
                finding.count = UInt64(count)
            default: throw fault("\"\(member.key)\" is not a key of an expected finding")
            }
        }
        return finding
    }

    private static func signOn(_ value: JSONValue) throws(JSONValue.Fault) -> ExpectedSignOn {
        guard case .object(let members) = value else { throw fault("a sign-on is an object") }
        var signOn = ExpectedSignOn()
        for member in members {
            guard let text = member.value.text else { throw fault("\"\(member.key)\" of a sign-on is a text") }
            switch member.key {
            case "user": signOn.user = text
            case "service": signOn.service = text
            case "outcome":
                guard ["succeeded", "failed", "unknown"].contains(text) else {
                    throw fault("\"outcome\" is succeeded, failed or unknown")
                }
                signOn.outcome = text
            default: throw fault("\"\(member.key)\" is not a key of an expected sign-on")
            }
        }
        return signOn
    }
}
