/// Every rule: a new one is a file under `Rules` and a line here.
public enum RuleRegistry {
    /// In the order of the sign-on's stages; findings are ordered by their own content.
    public static let all: [any Rule.Type] = [
        DelegationDenied.self,
        // Target application.
        BackendRejectedTicket.self,
        BackendLoop401.self,
        ByDesign401.self,
        BackendKeyMismatch.self,
        NegotiateNotOffered.self,
        NTLMFallback.self,
        RawTokenRefused.self,
        AuthorizationDenied.self,
        ApplicationError.self,
        HeaderTooLong.self,
        NTLMOfferedFirst.self,
        SPNHostMismatch.self,
        AnonymousFirstBackend.self,
        OutsidePublishedPath.self,
        BackendTimeout.self,
        BackendConnectionReset.self,
        RequestRefused.self,
        TicketReplayed.self,
        BackendFarmInconsistent.self,
        NegotiationIncomplete.self,
        RedirectToUnpublishedHost.self,
        BackendUnreachable.self,
        BackendEncrypted.self,
        DoubleHopFailure.self,
        BackendViaProxy.self,
    ]
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
        ApplicationError.self,
        AuthorizationDenied.self,
        BackendKeyMismatch.self,
        BackendLoop401.self,
        BackendRejectedTicket.self,
        ByDesign401.self,
        HeaderTooLong.self,
        NTLMFallback.self,
        NegotiateNotOffered.self,
        RawTokenRefused.self,
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
