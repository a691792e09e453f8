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
        KDCUnreachable.self,
        SPNUnknown.self,
        UserAccountUnusable.self,
        UserTicketNotForwardable.self,
        UserUnknown.self,
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
    ]
}
