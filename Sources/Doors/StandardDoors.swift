import Service

/// What `kinglet serve` opens beside the server's own routes.
package enum StandardDoors {
    package static let all: [RunningServer.DoorMaker] = [
        { try ResponsesDoor($0) }, { try MessagesDoor($0) }, { ModelContextDoor($0) },
    ]
}
