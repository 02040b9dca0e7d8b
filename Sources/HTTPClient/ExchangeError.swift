/// Why one request has no good answer.
package enum ExchangeError: Error, Hashable, CustomStringConvertible {
    case endpoint(EndpointError)
    case cannotConnect(String)
    case timedOut(afterSeconds: Double)
    case closed(receivedBytes: Int)
    case socket(String)
    case malformed(String)
    case tooLarge(limit: Int)
    case tls(String)
    case proxy(String)
    case badRedirect(String)
    case tooManyRedirects(Int)
    case badKey
    case cancelled

    package var description: String {
        switch self {
        case .endpoint(let error): error.description
        case .cannotConnect(let reason): "cannot connect: \(reason)"
        case .timedOut(let seconds): "no whole answer after \(seconds) s"
        case .closed(let received): "the server closed the connection after \(received) bytes of the answer"
        case .socket(let reason): reason
        case .malformed(let what): "not an HTTP/1.1 answer: \(what)"
        case .tooLarge(let limit): "an answer of more than \(limit) bytes"
        case .tls(let reason): "no TLS: \(reason)"
        case .proxy(let reason): "the proxy \(reason)"
        case .badRedirect(let reason): "a redirect that is not followed: \(reason)"
        case .tooManyRedirects(let count): "more than \(count) redirects, the last ones in a circle perhaps"
        case .badKey: "the key has characters that are not visible ASCII"
        case .cancelled: "cancelled"
        }
    }
}
