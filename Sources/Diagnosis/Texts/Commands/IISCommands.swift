/// Commands that show and change how Internet Information Services authenticate.
enum IISCommands {
    /// Shows how Windows authentication is configured.
    static let showWindowsAuthentication: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe list config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication
        """
    /// The same with the defaults.
    static let showWindowsAuthenticationAll: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe list config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication /config:*
        """
    /// Switches Windows authentication on.
    static let enableWindowsAuthentication: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe set config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication /enabled:true \
        /commit:apphost
        """
    /// Opens tickets with the key of the application pool's account.
    static let useApplicationPoolKey: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe set config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication /useAppPoolCredentials:true \
        /commit:apphost
        """
    /// Lets Kerberos authenticate a connection once.
    static let persistAuthentication: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe set config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication /authPersistNonNTLM:true \
        /commit:apphost
        """
    /// Switches Extended Protection off.
    static let ignoreChannelBinding: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe set config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication \
        /extendedProtection.tokenChecking:None /commit:apphost
        """
    /// Offers Negotiate.
    static let offerNegotiate: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe set config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication \
        /+"providers.[value='Negotiate',@start]" /commit:apphost
        """
    /// Offers Negotiate before all else.
    static let offerNegotiateFirst: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe set config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication \
        /-"providers.[value='Negotiate']" /+"providers.[value='Negotiate',@start]" /commit:apphost
        """
    /// Takes NTLM out of the offer.
    static let removeNTLM: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe set config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication /-"providers.[value='NTLM']" \
        /commit:apphost
        """
    /// Puts NTLM at the end of the offer.
    static let offerNTLMLast: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe set config "Default Web Site" \
        /section:system.webServer/security/authentication/windowsAuthentication \
        /+"providers.[value='NTLM',@end]" /commit:apphost
        """
    /// Shows who may have the pages.
    static let showAuthorization: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe list config "Default Web Site" \
        /section:system.webServer/security/authorization
        """
    /// Shows the accounts of the application pools.
    static let showApplicationPools: StaticString =
        """
        & $env:windir\\system32\\inetsrv\\appcmd.exe list apppool /text:* | findstr /i "APPPOOL.NAME \
        identityType userName"
        """
    /// Lists the sites and what they listen on.
    static let listSites: StaticString = "& $env:windir\\system32\\inetsrv\\appcmd.exe list site"
    /// Lists requests that take more than ten seconds.
    static let listSlowRequests: StaticString =
        "& $env:windir\\system32\\inetsrv\\appcmd.exe list requests /elapsed:10000"
}
