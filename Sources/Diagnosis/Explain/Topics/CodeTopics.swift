/// Error codes of KRB-ERROR and statuses in its e-data, in the words of a sign-on.
enum CodeTopics {
    static let all: [ExplainTopic] = kerberos + statuses

    private static func code(
        _ id: StaticString, _ number: Int32, _ title: StaticString, _ text: StaticString, _ slugs: [StaticString]
    ) -> ExplainTopic {
        ExplainTopic(id, title, .kerberosError(number), body: [text], slugs: slugs)
    }

    private static func status(
        _ id: StaticString, _ number: UInt32, _ title: StaticString, _ text: StaticString, _ slugs: [StaticString]
    ) -> ExplainTopic {
        ExplainTopic(id, title, .ntStatus(number), body: [text], slugs: slugs)
    }

    private static let kerberos: [ExplainTopic] = [
        code(
            "krb-1", 1, "1 KDC_ERR_NAME_EXP", "The account's validity has ended.",
            ["user-account-unusable", "connector-account-unusable"]),
        code(
            "krb-2", 2, "2 KDC_ERR_SERVICE_EXP", "The service account's validity has ended.",
            ["service-account-unusable"]),
        code(
            "krb-6", 6, "6 KDC_ERR_C_PRINCIPAL_UNKNOWN", "The domain controller knows no such user or computer.",
            ["user-unknown", "connector-account-unusable"]),
        code(
            "krb-7", 7, "7 KDC_ERR_S_PRINCIPAL_UNKNOWN",
            "No account holds this SPN, or, for krbtgt of another realm, no trust leads there.",
            ["spn-unknown", "trust-path-missing", "spn-duplicate"]),
        code(
            "krb-8", 8, "8 KDC_ERR_PRINCIPAL_NOT_UNIQUE", "Several accounts hold the same name.",
            ["spn-duplicate", "user-ambiguous"]),
        code(
            "krb-11", 11, "11 KDC_ERR_NEVER_VALID", "The times asked for can never be valid: usually a clock.",
            ["clock-skew"]),
        code(
            "krb-12", 12, "12 KDC_ERR_POLICY",
            """
            A policy refuses: an authentication silo, selective authentication of a trust, a read-only domain \
            controller; Samba answers so for a disabled user.
            """,
            ["kdc-policy-rejected"]),
        code(
            "krb-13", 13, "13 KDC_ERR_BADOPTION",
            """
            The domain controller will not issue the ticket as asked. In answer to S4U2Proxy: delegation is not \
            permitted, or the user's ticket is not forwardable. One that is followed by success is harmless.
            """,
            [
                "delegation-denied", "delegation-target-not-listed", "delegation-not-configured",
                "user-ticket-not-forwardable",
            ]),
        code(
            "krb-14", 14, "14 KDC_ERR_ETYPE_NOSUPP",
            """
            No encryption type is common to client, domain controller and service account; from a backend: no key \
            of the ticket's type.
            """,
            ["etype-unsupported", "backend-key-mismatch"]),
        code(
            "krb-18", 18, "18 KDC_ERR_CLIENT_REVOKED",
            """
            The account is disabled, locked, expired or outside its logon hours; the status beside the code says \
            which.
            """,
            ["user-account-unusable", "connector-account-unusable"]),
        code(
            "krb-19", 19, "19 KDC_ERR_SERVICE_REVOKED", "The service account is disabled.", ["service-account-unusable"]
        ),
        code(
            "krb-20", 20, "20 KDC_ERR_TGT_REVOKED", "The ticket-granting ticket is no longer accepted.",
            ["tgt-rejected"]),
        code("krb-21", 21, "21 KDC_ERR_CLIENT_NOTYET", "The account is not valid yet.", ["user-account-unusable"]),
        code(
            "krb-22", 22, "22 KDC_ERR_SERVICE_NOTYET", "The service account is not valid yet.",
            ["service-account-unusable"]),
        code(
            "krb-23", 23, "23 KDC_ERR_KEY_EXPIRED", "The password has expired or must be changed.",
            ["user-account-unusable", "connector-account-unusable"]),
        code(
            "krb-24", 24, "24 KDC_ERR_PREAUTH_FAILED",
            "The password was wrong. For a name that ends in $ the machine's secure channel is broken.",
            ["connector-password-mismatch", "account-password-wrong"]),
        code(
            "krb-25", 25, "25 KDC_ERR_PREAUTH_REQUIRED",
            "The normal first answer of every logon, and of the look-up of a user's realm: no fault.", []),
        code(
            "krb-26", 26, "26 KDC_ERR_SERVER_NOMATCH", "Ticket and authenticator name different services.",
            ["kdc-generic-error"]),
        code(
            "krb-27", 27, "27 KDC_ERR_MUST_USE_USER2USER",
            "The account asked for has no SPN, so only user-to-user would be possible.", ["spn-account-without-spn"]),
        code(
            "krb-29", 29, "29 KDC_ERR_SVC_UNAVAILABLE", "The domain controller is up and cannot serve.",
            ["kdc-unavailable"]),
        code(
            "krb-31", 31, "31 KRB_AP_ERR_BAD_INTEGRITY",
            """
            Decryption gave nonsense: from a backend the wrong key, from a domain controller a damaged or foreign \
            request.
            """,
            ["backend-key-mismatch", "kdc-integrity-failure"]),
        code(
            "krb-32", 32, "32 KRB_AP_ERR_TKT_EXPIRED",
            "The ticket's time is over, or the clock of whoever says so is wrong.", ["clock-skew", "tgt-expired"]),
        code("krb-33", 33, "33 KRB_AP_ERR_TKT_NYV", "The ticket is not valid yet: a clock is behind.", ["clock-skew"]),
        code("krb-34", 34, "34 KRB_AP_ERR_REPEAT", "The same authenticator came twice.", ["ticket-replayed"]),
        code(
            "krb-35", 35, "35 KRB_AP_ERR_NOT_US", "The ticket is for another principal than the server has a key for.",
            ["backend-key-mismatch", "tgt-rejected"]),
        code(
            "krb-36", 36, "36 KRB_AP_ERR_BADMATCH", "Ticket and authenticator name different clients.",
            ["kdc-generic-error"]),
        code("krb-37", 37, "37 KRB_AP_ERR_SKEW", "Two clocks differ by more than five minutes.", ["clock-skew"]),
        code(
            "krb-41", 41, "41 KRB_AP_ERR_MODIFIED",
            """
            From a Windows backend: it cannot decrypt the ticket, the SPN belongs to another account. From a \
            domain controller: a checksum does not fit.
            """,
            ["backend-rejected-ticket", "kdc-integrity-failure"]),
        code(
            "krb-44", 44, "44 KRB_AP_ERR_BADKEYVER", "The server has another version of the key.",
            ["backend-key-mismatch"]),
        code("krb-45", 45, "45 KRB_AP_ERR_NOKEY", "The server has no key for this service.", ["backend-key-mismatch"]),
        code(
            "krb-52", 52, "52 KRB_ERR_RESPONSE_TOO_BIG",
            "The answer does not fit a datagram: the client repeats over TCP. No fault if it can.",
            ["response-too-big-no-tcp"]),
        code(
            "krb-60", 60, "60 KRB_ERR_GENERIC", "Anything else; the status beside it may tell.", ["kdc-generic-error"]),
        code(
            "krb-68", 68, "68 KDC_ERR_WRONG_REALM",
            "The user belongs to another realm, and the client is told which: no fault if it goes there.",
            ["realm-referral-dead-end"]),
    ]

    private static let statuses: [ExplainTopic] = [
        status(
            "status-c00000bb", 0xC000_00BB, "0xC00000BB STATUS_NOT_SUPPORTED",
            "Beside 13: the account has no delegation list at all.", ["delegation-not-configured"]),
        status(
            "status-c0000272", 0xC000_0272, "0xC0000272 STATUS_NO_MATCH",
            "Beside 13: the delegation list lacks this SPN.", ["delegation-target-not-listed"]),
        status(
            "status-c0000225", 0xC000_0225, "0xC0000225 STATUS_NOT_FOUND",
            "Beside 13, with resource-based delegation offered: neither list nor target permits it.",
            ["delegation-denied"]),
        status(
            "status-c000006e", 0xC000_006E, "0xC000006E STATUS_ACCOUNT_RESTRICTION",
            "Beside 13: the user's ticket is not forwardable, by the connector's setting or the user's protection.",
            ["user-ticket-not-forwardable"]),
        status(
            "status-c0000064", 0xC000_0064, "0xC0000064 STATUS_NO_SUCH_USER", "The user does not exist.",
            ["user-unknown"]),
        status(
            "status-c0000072", 0xC000_0072, "0xC0000072 STATUS_ACCOUNT_DISABLED", "The account is disabled.",
            ["user-account-unusable", "connector-account-unusable"]),
        status(
            "status-c0000234", 0xC000_0234, "0xC0000234 STATUS_ACCOUNT_LOCKED_OUT", "The account is locked.",
            ["user-account-unusable", "connector-account-unusable"]),
        status(
            "status-c0000193", 0xC000_0193, "0xC0000193 STATUS_ACCOUNT_EXPIRED", "The account has expired.",
            ["user-account-unusable", "connector-account-unusable"]),
        status(
            "status-c0000071", 0xC000_0071, "0xC0000071 STATUS_PASSWORD_EXPIRED", "The password has expired.",
            ["user-account-unusable", "connector-account-unusable"]),
        status(
            "status-c0000224", 0xC000_0224, "0xC0000224 STATUS_PASSWORD_MUST_CHANGE",
            "The password must be changed at the next logon.", ["user-account-unusable"]),
        status(
            "status-c000006f", 0xC000_006F, "0xC000006F STATUS_INVALID_LOGON_HOURS",
            "The user may not log on at this hour.", ["user-account-unusable"]),
        status(
            "status-c000015b", 0xC000_015B, "0xC000015B STATUS_LOGON_TYPE_NOT_GRANTED",
            "The user lacks the right for this kind of logon.", ["user-account-unusable"]),
        status(
            "status-c000005e", 0xC000_005E, "0xC000005E STATUS_NO_LOGON_SERVERS",
            "No domain controller of the realm answered.", ["kdc-unavailable", "kdc-unreachable"]),
        status(
            "status-c0000133", 0xC000_0133, "0xC0000133 STATUS_TIME_DIFFERENCE_AT_DC", "The clocks differ too much.",
            ["clock-skew"]),
        status(
            "status-c0000371", 0xC000_0371, "0xC0000371 STATUS_NO_SECRETS",
            "A read-only domain controller does not hold the account's secrets.", ["rodc-in-path", "spn-unknown"]),
        status(
            "status-c0000413", 0xC000_0413, "0xC0000413 STATUS_AUTHENTICATION_FIREWALL_FAILED",
            "Selective authentication of a trust does not let the user in.", ["kdc-policy-rejected"]),
        status(
            "status-c0000070", 0xC000_0070, "0xC0000070 STATUS_INVALID_WORKSTATION",
            "The user may log on from named computers only.", ["user-account-unusable"]),
    ]
}
