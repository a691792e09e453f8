import Dissectors
import Exchanges

/// Names that a report will need much later are held on to: no others push them out.
extension NameTable {
    /// Holds on to what names a ticket request, and to the names in its messages.
    func hold(_ request: TicketRequest) {
        hold(request.requester.name)
        hold(request.requesterRealm)
        hold(request.user.name)
        hold(request.userRealm)
        hold(request.service.name)
        hold(request.serviceRealm)
        for attempt in request.attempts {
            attempt.request.forEachName(hold)
            attempt.reply.forEachName(hold)
        }
    }

    /// Holds on to what names a sign-on.
    func hold(_ signOn: SignOn) {
        hold(signOn.user.name)
        hold(signOn.userRealm)
        hold(signOn.service.name)
        hold(signOn.serviceRealm)
        hold(signOn.connectorAccount.name)
        hold(signOn.connectorRealm)
    }

    /// Holds on to the names in the messages of a transaction.
    func hold(_ transaction: HTTPTransaction) {
        transaction.request?.forEachName(hold)
        transaction.response?.forEachName(hold)
    }
}
