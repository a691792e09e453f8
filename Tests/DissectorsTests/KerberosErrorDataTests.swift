import Dissectors
import Testing

/// One e-data and what it must be read as.
struct ErrorDataCase: Sendable, CustomTestStringConvertible {
    let name: String
    let code: Int64
    let data: [UInt8]
    let shape: ErrorDataShape
    var status: UInt32?
    var methods: [Int32] = []
    var testDescription: String { name }
}

@Suite("e-data of KRB-ERROR")
struct KerberosErrorDataTests {
    private static let status = KerberosSample.extendedError(0xC000_00BB)
    private static let plain = DER.seq(DER.ctx(1, DER.int(3)), DER.ctx(2, DER.octets(status)))

    static let cases: [ErrorDataCase] = [
        ErrorDataCase(
            name: "METHOD-DATA of 25", code: 25,
            data: DER.seq(KerberosSample.pa(19, [1]), KerberosSample.pa(2, []), KerberosSample.pa(655, [])),
            shape: .methodData, methods: [19, 2, 655]),
        ErrorDataCase(
            name: "a salt of twelve octets under 25 is no status", code: 25,
            data: DER.seq(KerberosSample.pa(3, Array("SALTSALTSALT".utf8))), shape: .methodData, methods: [3]),
        ErrorDataCase(
            name: "even octets like a status are METHOD-DATA under 24", code: 24,
            data: DER.seq(KerberosSample.pa(3, status)), shape: .methodData, methods: [3]),
        ErrorDataCase(
            name: "a salt of twelve octets alone under another code", code: 37,
            data: DER.seq(KerberosSample.pa(3, Array("SALTSALTSALT".utf8))), shape: .methodData, methods: [3]),
        ErrorDataCase(
            name: "KERB-ERROR-DATA plain", code: 13, data: plain, shape: .kerbErrorData, status: 0xC000_00BB),
        ErrorDataCase(
            name: "KERB-ERROR-DATA plain with flags 3", code: 12,
            data: DER.seq(
                DER.ctx(1, DER.int(3)), DER.ctx(2, DER.octets(KerberosSample.extendedError(0xC000_0413, flags: 3)))),
            shape: .kerbErrorData, status: 0xC000_0413),
        ErrorDataCase(
            name: "KERB-ERROR-DATA wrapped", code: 13, data: DER.seq(plain), shape: .kerbErrorData,
            status: 0xC000_00BB),
        ErrorDataCase(
            name: "a status beside other METHOD-DATA", code: 18,
            data: DER.seq(KerberosSample.pa(19, [1]), KerberosSample.pa(3, KerberosSample.extendedError(0xC000_0072))),
            shape: .methodData, status: 0xC000_0072, methods: [19, 3]),
        ErrorDataCase(
            name: "skew recovery plain", code: 37, data: DER.seq(DER.ctx(1, DER.int(2))), shape: .kerbErrorData),
        ErrorDataCase(
            name: "skew recovery wrapped", code: 37, data: DER.seq(DER.seq(DER.ctx(1, DER.int(2)))),
            shape: .kerbErrorData),
        ErrorDataCase(
            name: "skew recovery with an empty value", code: 37,
            data: DER.seq(DER.ctx(1, DER.int(2)), DER.ctx(2, DER.octets([]))), shape: .kerbErrorData),
        ErrorDataCase(
            name: "KERB-ERROR-DATA of another length has no status", code: 13,
            data: DER.seq(DER.ctx(1, DER.int(3)), DER.ctx(2, DER.octets([1, 2, 3, 4]))), shape: .kerbErrorData),
        ErrorDataCase(
            name: "KERB-ERROR-DATA of type 1 has no status", code: 60,
            data: DER.seq(DER.ctx(1, DER.int(1)), DER.ctx(2, DER.octets(status))), shape: .kerbErrorData),
        ErrorDataCase(
            name: "TYPED-DATA", code: 65,
            data: DER.seq(
                DER.seq(DER.ctx(0, DER.int(109)), DER.ctx(1, DER.octets([1]))), DER.seq(DER.ctx(0, DER.int(104)))),
            shape: .typedData, methods: [109, 104]),
        ErrorDataCase(name: "text", code: 60, data: Array("sorry".utf8), shape: .unrecognised),
        ErrorDataCase(name: "nothing", code: 60, data: [], shape: .unrecognised),
        ErrorDataCase(name: "an empty SEQUENCE", code: 60, data: DER.seq(), shape: .unrecognised),
    ]

    @Test("Every shape", arguments: cases)
    func shape(test: ErrorDataCase) {
        let read = KerberosReading(KerberosSample.error(test.code, data: test.data))
        #expect(read.fault == nil)
        #expect(read.message.errorDataShape == test.shape)
        #expect(read.message.ntStatus == test.status)
        #expect(read.message.errorMethods.array == test.methods)
    }

    @Test("FAST in METHOD-DATA counts where it has a value")
    func fast() {
        let offered = KerberosReading(KerberosSample.error(25, data: DER.seq(KerberosSample.pa(136, []))))
        #expect(!offered.message.parts.contains(.fast))
        let used = KerberosReading(KerberosSample.error(6, data: DER.seq(KerberosSample.pa(136, [0xA0, 0]))))
        #expect(used.message.parts.contains(.fast))
    }
}
