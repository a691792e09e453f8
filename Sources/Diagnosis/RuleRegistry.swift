/// Every rule: a new one is a file under `Rules` and a line here.
public enum RuleRegistry {
    /// In the order of the sign-on's stages; findings are ordered by their own content.
    public static let all: [any Rule.Type] = delegationService + targetApplication + capture

    /// The manual page of a slug.
    public static func documentation(_ slug: String) -> RuleDocumentation? {
        all.first { $0.documentation.slug.description == slug }?.documentation
    }

    private static let delegationService: [any Rule.Type] = [
        AccountPasswordWrong.self,
        ClockSkew.self,
        ConnectorAccountUnusable.self,
        ConnectorPasswordMismatch.self,
        DelegationDenied.self,
        DelegationNotConfigured.self,
        DelegationTargetNotListed.self,
        EtypeUnsupported.self,
        KDCAnswersDiffer.self,
        KDCConnectionReset.self,
        KDCGenericError.self,
        KDCIntegrityFailure.self,
        KDCPolicyRejected.self,
        KDCUDPUnanswered.self,
        KDCUnavailable.self,
        KDCUnreachable.self,
        KDCWithoutS4U.self,
        ProxyRequestNeverSent.self,
        RealmReferralDeadEnd.self,
        ReferralLoop.self,
        ResponseTooBigNoTCP.self,
        RODCInPath.self,
        ServiceAccountUnusable.self,
        SPNAccountWithoutSPN.self,
        SPNDuplicate.self,
        SPNUnknown.self,
        TGTExpired.self,
        TGTRejected.self,
        TicketFromCache.self,
        TicketOversized.self,
        TrustPathMissing.self,
        UserAccountUnusable.self,
        UserAmbiguous.self,
        UserTicketNeverRequested.self,
        UserTicketNotForwardable.self,
        UserUnknown.self,
        WeakEncryption.self,
    ]

    private static let targetApplication: [any Rule.Type] = [
        AnonymousFirstBackend.self,
        ApplicationError.self,
        AuthorizationDenied.self,
        BackendConnectionReset.self,
        BackendEncrypted.self,
        BackendFarmInconsistent.self,
        BackendKeyMismatch.self,
        Backend401Loop.self,
        BackendRejectedTicket.self,
        BackendTimeout.self,
        BackendUnreachable.self,
        BackendViaProxy.self,
        ByDesign401.self,
        DoubleHopFailure.self,
        RequestHeaderTooLong.self,
        NegotiateNotOffered.self,
        NegotiationIncomplete.self,
        NTLMFallback.self,
        NTLMOfferedFirst.self,
        OutsidePublishedPath.self,
        RawKrb5TokenRefused.self,
        RedirectToUnpublishedHost.self,
        RequestRefused.self,
        SPNHostMismatch.self,
        TicketReplayed.self,
    ]

    private static let capture: [any Rule.Type] = [
        CaptureClockSteps.self,
        CaptureDuplicates.self,
        CaptureGaps.self,
        CaptureOneSided.self,
        CaptureTruncated.self,
        CaptureWithoutBackend.self,
        CaptureWithoutKerberos.self,
    ]
}
