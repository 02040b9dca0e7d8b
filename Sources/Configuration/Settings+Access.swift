import Documents

extension Settings {
    /// Who may ask, and how much.
    public struct Access: SettingsSection {
        /// One client.
        package struct Key: Sendable, Hashable {
            package enum Secret: Sendable, Hashable {
                case hash(KeyHash)
                case file(String)
                case environment(String)
            }
            package var name: String
            package var secret: Secret
            package var scopes: Set<Scope>
            package var hasCacheSalt: Bool
            /// nil: that of all.
            package var rate: Rate?
        }

        package var keys: [Key] = []
        /// Of a key that has none of its own; where there are no keys, of each client address.
        package var rate = Rate()

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            rate = try Rate(&fields, otherwise: rate) ?? rate
            var readers = try fields.objects("keys")
            guard readers.count <= 1000 else { throw fields.invalid("keys", "must have at most 1000 entries") }
            keys = []
            for index in readers.indices {
                keys.append(try Key(&readers[index], rate))
                try readers[index].finish()
            }
        }
    }
}

extension Settings.Access.Key {
    fileprivate init(_ fields: inout FieldReader, _ rate: Rate) throws(FieldError) {
        name = try fields.string("name")
        guard Self.isName(name) else {
            throw fields.invalid("name", "must have 1 to 64 letters, digits, \"_\", \"-\" or \".\"")
        }
        let hash = try fields.optionalString("hash")
        let file = try fields.optionalString("file")
        let variable = try fields.optionalString("environment")
        switch (hash, file, variable) {
        case (let hash?, nil, nil):
            guard let hash = KeyHash(hash) else {
                throw fields.invalid("hash", "must be what \"kinglet key new \(name)\" prints: sha256:<salt>:<digest>")
            }
            secret = .hash(hash)
        case (nil, let file?, nil): secret = .file(file)
        case (nil, nil, let variable?): secret = .environment(variable)
        default: throw fields.invalid("hash", "is missing or not alone; give one of hash, file and environment")
        }
        scopes = [.call, .judge]
        if let names = try fields.optionalStrings("scopes") {
            let known = names.compactMap(Scope.init)
            guard known.count == names.count, !known.isEmpty else {
                let all = Scope.allCases.map(\.rawValue).joined(separator: ", ")
                throw fields.invalid("scopes", "must be some of \(all)")
            }
            scopes = Set(known)
        }
        hasCacheSalt = try fields.optionalBool("cache_salt") ?? false
        self.rate = try Rate(&fields, otherwise: rate)
    }

    package static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "_-.".utf8.contains(byte)
            }
    }
}
