import Foundation
import Functions
import TestSupport

/// The shipped pool.
enum SmartHome {
    static let path = TestFiles.repository.appendingPathComponent("Config/pools/smart-home.yaml").path
    static func pool() throws -> FunctionPool { try .load(path: path) }
}
