import CaptureFile
import Dissectors
import PacketModel

/// The secrets that a source carries, on their way into the store of a run.
struct SecretsCollection {
    private let store: Secrets
    private let isWanted: Bool
    private let isSurveyed: Bool
    private(set) var mayComeLate = false

    /// Looks through the source beforehand, where a protocol can use what is found and the source can be read twice.
    init(_ source: any PacketSource, _ context: DissectionContext) {
        store = context.secrets
        isWanted = context.protocols.usesSecrets
        let survey = isWanted ? source.survey() : nil
        isSurveyed = survey != nil
        for secrets in survey?.secrets ?? [] { store.add(secrets) }
    }

    /// Takes in what the source gives among its packets. `followsPackets` says that there were some before.
    mutating func add(_ secrets: DecryptionSecrets, followsPackets: Bool) {
        guard isWanted else { return }
        store.add(secrets)
        if !isSurveyed, followsPackets { mayComeLate = true }
    }
}
