import PacketModel
import CaptureFile
import Diagnosis
import Dissectors
import Pipeline
import Platform
import Reporting

/// What the arguments say, decoded and checked.
struct Settings {
    /// Captures to read, in the order given; `-` is standard input.
    var paths: [PathName] = []
    /// Every file that an argument names to be read: no result is written over one of them.
    var inputs: [PathName] = []
    /// Whether a capture was named by a flag, so that operands are a filter, as in tcpdump.
    var hasInputFlag = false
    /// The interface to capture on.
    var interface: String?
    /// Filter expressions, in libpcap's language: each must match.
    var filters: [String] = []
    /// Only packets of these hosts are looked at.
    var hosts: [IPAddress] = []
    var since: TimeBound?
    var until: TimeBound?
    var connectors: [IPAddress] = []
    var kdcs: [IPAddress] = []
    var backends: [IPAddress] = []
    /// The form of the output, one of the command's formats.
    var format = OutputFormat.text
    var colour = ColourChoice.automatic
    var detail = ReportDetail.normal
    /// The severity from which findings make the exit status 1.
    var failOn: Severity?
    /// Threads that may be used.
    var threads = 2
    /// How much a packed capture may unpack to.
    var unpackLimit = UnpackLimit.plausible
    /// Whether expectations are written anew.
    var updates = false
    /// Whether request targets are shown whole.
    var showsTargets = false
    /// Where results go; nil for standard output.
    var output: PathName?
    /// Columns; nil for the terminal's.
    var width: Int?
    /// Whether help was asked for.
    var wantsHelp = false
    /// Operands of commands that do not read captures.
    var words: [String] = []

    /// Whether colour is used.
    enum ColourChoice: String, CaseIterable {
        case automatic = "auto"
        case always, never
    }
}
