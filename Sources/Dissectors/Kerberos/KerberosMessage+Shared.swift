import PacketModel

// A union, by hand: a request's body and a KRB-ERROR are never in one message, so that their fields share the same
// storage, which `KerberosMessage` names by both (`optionsOrErrorCode` is kdc-options of a request and error-code of a
// KRB-ERROR). The type, which the tag of the message decides once, says which of the two is there: each property here
// reads as absent in a message that cannot have it. An enum with payloads would have to be copied out and in for each
// field that the decoder sets.
extension KerberosMessage {
    /// Whether the shared room is that of a KRB-ERROR. Its number stands here: other modules would call for the
    /// constant.
    @inlinable var isError: Bool { type.rawValue == 30 }

    // MARK: A request's body

    /// kdc-options (5.4.1), bit 0 the most significant.
    @inlinable public var kdcOptions: UInt32 {
        get { isError ? 0 : optionsOrErrorCode }
        set { optionsOrErrorCode = newValue }
    }
    /// nonce of the request body.
    @inlinable public var nonce: UInt32 {
        get { isError ? 0 : nonceOrNTStatus }
        set { nonceOrNTStatus = newValue }
    }
    /// Addresses that the request carried.
    @inlinable public var addressCount: Int32 {
        get { isError ? 0 : Int32(bitPattern: addressCountOrErrorText) }
        set { addressCountOrErrorText = UInt32(bitPattern: newValue) }
    }
    /// from of the request body.
    @inlinable public var from: CaptureTime? {
        get { isError ? nil : fromOrClientTime.time }
        set { fromOrClientTime.time = newValue }
    }
    /// till of the request body.
    @inlinable public var till: CaptureTime? {
        get { isError ? nil : tillOrServerTime.time }
        set { tillOrServerTime.time = newValue }
    }
    /// rtime of the request body.
    @inlinable public var renewTill: CaptureTime? {
        get { isError ? nil : renewTillOrMicroseconds.time }
        set { renewTillOrMicroseconds.time = newValue }
    }
    /// etypes that the client accepts, in order.
    @inlinable public var etypes: NumberList<16> {
        get { isError ? NumberList() : etypesOrErrorMethods }
        set { etypesOrErrorMethods = newValue }
    }

    // MARK: A KRB-ERROR

    /// error-code.
    @inlinable public var errorCode: Int32 {
        get { isError ? Int32(bitPattern: optionsOrErrorCode) : 0 }
        set { optionsOrErrorCode = UInt32(bitPattern: newValue) }
    }
    /// NTSTATUS of KERB-ERROR-DATA type 3; nil where absent.
    @inlinable public var ntStatus: UInt32? {
        get { present.contains(.ntStatus) ? nonceOrNTStatus : nil }
        set {
            nonceOrNTStatus = newValue ?? 0
            present.set(.ntStatus, newValue != nil)
        }
    }
    /// e-text.
    @inlinable public var errorText: NameID {
        get { isError ? NameID(rawValue: addressCountOrErrorText) : .none }
        set { addressCountOrErrorText = newValue.rawValue }
    }
    /// The client's clock, ctime and cusec.
    @inlinable public var clientTime: CaptureTime? {
        get { isError ? fromOrClientTime.time : nil }
        set { fromOrClientTime.time = newValue }
    }
    @inlinable public var clientMicroseconds: Int32? {
        get {
            present.contains(.clientMicroseconds) ? Int32(truncatingIfNeeded: renewTillOrMicroseconds.nanoseconds) : nil
        }
        set {
            renewTillOrMicroseconds.nanoseconds =
                renewTillOrMicroseconds.nanoseconds & ~0xFFFF_FFFF | Int64(UInt32(bitPattern: newValue ?? 0))
            present.set(.clientMicroseconds, newValue != nil)
        }
    }
    /// The server's clock, stime and susec.
    @inlinable public var serverTime: CaptureTime? {
        get { isError ? tillOrServerTime.time : nil }
        set { tillOrServerTime.time = newValue }
    }
    @inlinable public var serverMicroseconds: Int32? {
        get {
            present.contains(.serverMicroseconds)
                ? Int32(truncatingIfNeeded: renewTillOrMicroseconds.nanoseconds >> 32) : nil
        }
        set {
            renewTillOrMicroseconds.nanoseconds =
                renewTillOrMicroseconds.nanoseconds & 0xFFFF_FFFF | Int64(newValue ?? 0) << 32
            present.set(.serverMicroseconds, newValue != nil)
        }
    }
    /// padata types of METHOD-DATA, or types of TYPED-DATA.
    @inlinable public var errorMethods: NumberList<16> {
        get { isError ? etypesOrErrorMethods : NumberList() }
        set { etypesOrErrorMethods = newValue }
    }

    // MARK: Replies, AP-REQ, AP-REP

    /// The ticket of a reply or an AP-REQ; a request with additional tickets has none of its own.
    @inlinable public var ticket: TicketReference {
        get { additionalTickets.isEmpty ? additionalTickets.storage[0] : .unknown }
        set {
            if additionalTickets.isEmpty { additionalTickets.storage[0] = newValue }
        }
    }
    /// kvno of the reply's own encrypted part, or of an AP-REP's; nil where absent.
    @inlinable public var encPartKvno: UInt32? {
        get { present.contains(.encPartKvno) ? encPartKvnoNumber : nil }
        set {
            encPartKvnoNumber = newValue ?? 0
            present.set(.encPartKvno, newValue != nil)
        }
    }
    /// PA-PAC-REQUEST's include-pac; nil where absent.
    @inlinable public var includePAC: Bool? {
        get { present.contains(.includePAC) ? present.contains(.wantsPAC) : nil }
        set {
            present.set(.includePAC, newValue != nil)
            present.set(.wantsPAC, newValue ?? false)
        }
    }
}
