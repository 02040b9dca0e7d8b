import HTTPServer
import HTTPTypes
import Testing

@Suite struct RouterTests {
    static let router: Router = {
        var router = Router()
        router.get("/", immediate: { _ in .text("root") })
        router.get("/v1/pools") { _ in .text("") }
        router.get("/v1/pools/{pool}") { _ in .text("") }
        router.put("/v1/pools/{pool}") { _ in .text("") }
        router.get("/v1/pools/default") { _ in .text("") }
        router.delete("/v1/pools/{pool}/functions/{function}") { _ in .text("") }
        router.post("/v1/judge/compare") { _ in .text("") }
        return router
    }()

    private func find(_ method: HTTPRequest.Method, _ path: String) -> String {
        switch Self.router.match(method, path: path) {
        case .route(let route, let parameters):
            ([route.pattern] + parameters.items.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
        case .otherMethods(let allow): "allow \(allow)"
        case .withoutSlash(let path): "without \(path)"
        case .none: "none"
        case .badPath: "bad"
        }
    }

    static let paths: [(HTTPRequest.Method, String, String)] = [
        (.get, "/", "/"), (.head, "/", "/"), (.get, "/v1/pools", "/v1/pools"),
        (.get, "/v1/pools/", "without /v1/pools"),
        (.get, "/v1//pools", "none"), (.get, "/v1/pools//", "none"), (.get, "/v1/pools/%2F/", "without /v1/pools/%2F"),
        (.get, "/v1/nothing/", "none"), (.get, "//", "without /"), (.get, "/v1/pools/a", "/v1/pools/{pool} pool=a"),
        (.get, "/v1/pools/default", "/v1/pools/default"),
        (.put, "/v1/pools/default", "allow GET, HEAD, OPTIONS"),
        (.get, "/v1/pools/a%2Fb%20c", "/v1/pools/{pool} pool=a/b c"),
        (.get, "/v1/pools/%2561", "/v1/pools/{pool} pool=%61"),  // decoded once
        (.get, "/v1/pools/%", "bad"), (.get, "/v1/pools/%zz", "bad"), (.get, "/v1/pools/%00", "bad"),
        (.get, "/v1/pools/%ff", "bad"), (.get, "/v1/pools/%E4%BD%A0", "/v1/pools/{pool} pool=你"),
        (.get, "/v1/%70ools", "/v1/pools"), (.get, "/v1/pools/../judge", "none"),
        (
            .delete, "/v1/pools/a/functions/b", "/v1/pools/{pool}/functions/{function} pool=a function=b"
        ),
        (.get, "/v1/judge/compare", "allow OPTIONS, POST"), (.get, "/nothing", "none"),
        (.post, "/v1/pools/a", "allow GET, HEAD, OPTIONS, PUT"),
    ]

    @Test(arguments: paths) func finds(_ method: HTTPRequest.Method, _ path: String, _ expected: String) {
        #expect(find(method, path) == expected)
    }

    @Test func listsRoutes() {
        #expect(Self.router.routes.count == 7)
        #expect(Self.router.routes.first?.pattern == "/")
    }

    @Test func queryItems() throws {
        let head = RequestHead(
            method: .get, version: .http11, scheme: "http", authority: "a", path: "/",
            query: "a=1&b=x%20y+z&a=2&c&=d&%=e&f=%00&g=%FF",
            headers: HeaderBlock())
        #expect(
            head.queryItems.map { "\($0.name):\($0.value)" } == ["a:1", "b:x y z", "a:2", "c:", ":d", "f:%00", "g:%FF"])
        #expect(head.queryItem("a") == "1")
        #expect(head.httpRequest.path == "/?a=1&b=x%20y+z&a=2&c&=d&%=e&f=%00&g=%FF")
    }
}
