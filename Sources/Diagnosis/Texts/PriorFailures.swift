/// Slugs that this stage's rules name as causes.
enum PriorFailures {
    /// Failures at the KDC after which the connector has no ticket for the backend.
    static let withoutTicket: [StaticString] = [
        "user-ticket-never-requested", "proxy-request-never-sent", "user-unknown", "realm-referral-dead-end",
        "user-account-unusable", "user-ambiguous", "connector-account-unusable", "service-account-unusable",
        "connector-password-mismatch", "kdc-policy-rejected", "kdc-without-s4u", "delegation-not-configured",
        "delegation-target-not-listed", "delegation-denied", "user-ticket-not-forwardable", "spn-unknown",
        "spn-duplicate", "spn-account-without-spn", "etype-unsupported", "clock-skew", "kdc-integrity-failure",
        "tgt-rejected", "kdc-generic-error", "trust-path-missing", "response-too-big-no-tcp", "kdc-unreachable",
        "kdc-connection-reset", "referral-loop", "kdc-unavailable", "dns-failure",
    ]
    /// Readings of a backend's refusal that say more than the refusal itself.
    static let explainedRefusal: [StaticString] = [
        "clock-skew", "backend-farm-inconsistent", "backend-key-mismatch", "ticket-replayed",
        "raw-krb5-token-refused", "negotiate-not-offered", "anonymous-first-backend",
    ]
}
