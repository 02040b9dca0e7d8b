import Configuration
import Service
import Testing

@Suite struct ExposureWarningTests {
    @Test(
        arguments: [
            ([:], false), (["server.host": "::1"], false), (["server.host": "0.0.0.0"], true),
            (["server.listen": "unix:/run/kinglet.sock"], false), (["server.listen": ":8080"], true),
            (["server.listen": "[2001:db8::1]:80"], true),
        ] as [([String: String], Bool)])
    func warns(flags: [String: String], isExposed: Bool) throws {
        let settings = try Settings.load(flags: flags, environment: [:], file: nil)
        let warning = ExposureWarning(plain: settings.plainAddresses, tls: settings.tlsAddresses, hasKeys: false)
        #expect((warning != nil) == isExposed)
        if let warning {
            #expect(warning.framed.contains("NO KEY") && warning.framed.contains("NO TLS"))
        }
        #expect(
            (ExposureWarning(plain: settings.plainAddresses, tls: settings.tlsAddresses, hasKeys: true) != nil)
                == isExposed, "keys travel in the clear")
    }

    @Test func tlsAndKeysAreEnough() throws {
        let flags = ["tls.listen": ":8443", "tls.chain": "cert.pem", "tls.key": "key.pem"]
        let settings = try Settings.load(flags: flags, environment: [:], file: nil)
        #expect(ExposureWarning(plain: [], tls: settings.tlsAddresses, hasKeys: true) == nil)
        #expect(
            ExposureWarning(plain: settings.plainAddresses, tls: settings.tlsAddresses, hasKeys: false)?.framed
                .contains("NO KEY") == true)
    }
}
