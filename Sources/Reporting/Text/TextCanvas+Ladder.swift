import Dissectors

extension TextCanvas {
    /// The rows of a ladder in columns, fitted to the width: a row that failed is marked.
    mutating func ladder(_ ladder: Ladder) {
        func widest(_ part: (Ladder.Row) -> String) -> Int {
            ladder.rows.map { SafeText.columns(SafeText.escaped(part($0))) }.max() ?? 0
        }
        let frames = widest(\.frames)
        let parties = widest(\.parties)
        // What was asked gives way to the outcome, which matters more.
        let fixed = 2 + 12 + 2 + frames + 2 + parties + 2
        let what = min(widest(\.what), max(12, (style.width - fixed) / 2))
        for row in ladder.rows {
            let mark = row.isFailure ? "! " : "  "
            let label =
                mark + row.time.padded(to: 12) + "  " + row.frames.rightAligned(to: frames) + "  "
                + SafeText.escaped(row.parties).padded(to: parties) + "  "
                + SafeText.escaped(row.what).shortened(to: what).padded(to: what) + "  "
            let ink = row.isFailure ? Ink.bad : .plain
            let longest =
                SafeText.escaped(row.outcome).split(separator: " ").map { SafeText.columns(String($0)) }.max() ?? 0
            if SafeText.columns(label) + longest <= style.width {
                paragraph(row.outcome, label: label, labelInk: ink, ink: ink)
            } else {
                // On a narrow terminal the outcome has a line of its own.
                paragraph("", label: label, labelInk: ink)
                paragraph(row.outcome, indent: 6, ink: ink)
            }
        }
        if let more = ladder.more { paragraph("and \(more)", indent: 4, ink: .faint) }
    }
}
