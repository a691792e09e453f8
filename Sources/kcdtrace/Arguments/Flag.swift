import Platform

/// One flag, declared once: parsing, help, the manual page and completions are made from it.
struct Flag: Sendable {
    /// The long name, without its dashes.
    let name: String
    /// The one-letter name, without its dash.
    var short: Character?
    /// What stands for the value in help; nil where the flag takes none.
    var value: String?
    /// What may be completed or chosen.
    var values = Values.free
    /// One line.
    let summary: String
    /// What else the manual page says.
    var details = ""
    /// Takes a value into the settings; returns a complaint, or nil.
    let apply: @Sendable (inout Settings, Value) -> String?

    /// What a flag's value can be.
    enum Values: Sendable, Equatable {
        case free
        /// A file that is read: no result is ever written over it.
        case file
        /// A file that results go to.
        case result
        case oneOf([String])
        /// One of the command's formats.
        case format
    }

    /// A value as given: octets, and text where they are UTF-8.
    struct Value: Sendable {
        let path: PathName
        let text: String

        /// A value from the octets of an argument.
        init(_ bytes: [UInt8]) {
            path = PathName(bytes: bytes)
            text = path.description
        }
    }

    /// `-r, --read FILE`.
    var synopsis: String {
        let shortPart = short.map { "-\($0), " } ?? "    "
        return shortPart + "--\(name)" + (value.map { " \($0)" } ?? "")
    }
}
