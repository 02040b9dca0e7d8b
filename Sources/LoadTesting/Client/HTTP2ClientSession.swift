import CNGHTTP2
import HTTPClient

/// HTTP/2 (RFC 9113) by nghttp2: requests of many slots side by side. Owner: the generator's thread.
final class HTTP2ClientSession: ClientSession {
    /// One request: what is left of its body to send, and what is known of its answer.
    fileprivate final class Stream {
        let slot: Int, body: [UInt8]
        var sent = 0
        var head = ResponseHead(status: 0)
        var hasHead = false

        init(slot: Int, body: [UInt8]) { (self.slot, self.body) = (slot, body) }
    }

    private var library: OpaquePointer?
    private var streams: [Int32: Stream] = [:]
    private var numbers: [Int: Int32] = [:]
    fileprivate var events: [SessionEvent] = []
    fileprivate var isLeaving = false
    /// An answer may be so much ahead of its reader; nothing waits for window updates.
    private static let window: Int32 = 1 << 26

    init() throws(ExchangeError) {
        library = HTTP2ClientCallbacks.makeSession()
        guard let library else { throw .socket("nghttp2 has no memory") }
        nghttp2_session_set_user_data(library, Unmanaged.passUnretained(self).toOpaque())
        let settings = [
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(Self.window)),
        ]
        nghttp2_submit_settings(library, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(library, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Self.window)
    }

    deinit { if let library { nghttp2_session_del(library) } }

    var isReusable: Bool {
        guard let library, !isLeaving else { return false }
        return nghttp2_session_check_request_allowed(library) != 0
    }

    func submit(_ request: PreparedRequest, slot: Int) {
        let stream = Stream(slot: slot, body: request.body)
        var provider = HTTP2ClientCallbacks.provider
        let id = HTTP2ClientCallbacks.withFields(request.template.fields) { fields, count in
            withUnsafePointer(to: &provider) { provider in
                nghttp2_submit_request(library, nil, fields, count, request.body.isEmpty ? nil : provider, nil)
            }
        }
        guard id > 0 else {
            let reason = String(cString: nghttp2_strerror(id))
            events.append(.failed(slot: slot, RequestFailure(.closed, "HTTP/2: \(reason)", mayRepeat: true)))
            return
        }
        (streams[id], numbers[slot]) = (stream, id)
    }

    func takeOutput() -> [UInt8] {
        guard let library else { return [] }
        var output: [UInt8] = []
        while output.count < 1 << 20 {
            var data: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(library, &data)
            guard count > 0, let data else { break }
            output.append(contentsOf: UnsafeBufferPointer(start: data, count: count))
        }
        return output
    }

    func receive(_ bytes: ArraySlice<UInt8>, _ take: (SessionEvent) -> Void) throws(ExchangeError) {
        let count = bytes.withUnsafeBufferPointer { nghttp2_session_mem_recv(library, $0.baseAddress, $0.count) }
        deliver(take)
        if count < 0 {
            throw .socket("HTTP/2: \(String(cString: nghttp2_strerror(Int32(clamping: count))))")
        }
    }

    func peerClosed(_ take: (SessionEvent) -> Void) throws(ExchangeError) {
        isLeaving = true
        deliver(take)
        if !streams.isEmpty { throw .closed(receivedBytes: streams.values.contains(where: \.hasHead) ? 1 : 0) }
    }

    func cancel(slot: Int) -> Bool {
        guard let id = numbers.removeValue(forKey: slot) else { return true }
        streams[id] = nil
        nghttp2_submit_rst_stream(library, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, NGHTTP2_CANCEL.rawValue)
        return true
    }

    private func deliver(_ take: (SessionEvent) -> Void) {
        let ready = events
        events.removeAll(keepingCapacity: true)
        for event in ready { take(event) }
    }

    // MARK: From the library

    fileprivate func fieldArrived(_ id: Int32, name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        guard let stream = streams[id], !stream.hasHead else { return }
        let text = String(decoding: value, as: UTF8.self)
        if name.elementsEqual(":status".utf8) {
            stream.head.status = Int(text) ?? 0
        } else {
            stream.head.fields.append(.init(name: String(decoding: name, as: UTF8.self), value: text))
        }
    }

    fileprivate func headArrived(_ id: Int32) {
        guard let stream = streams[id], !stream.hasHead else { return }
        guard stream.head.status >= 200 else {
            stream.head = ResponseHead(status: 0)  // interim (RFC 9110, 15.2)
            return
        }
        stream.hasHead = true
        events.append(.head(slot: stream.slot, stream.head))
    }

    fileprivate func dataArrived(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard let stream = streams[id] else { return }
        events.append(.body(slot: stream.slot, ArraySlice(bytes)))
    }

    fileprivate func streamClosed(_ id: Int32, code: UInt32) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        numbers[stream.slot] = nil
        if code == NGHTTP2_NO_ERROR.rawValue, stream.hasHead {
            events.append(.end(slot: stream.slot))
            return
        }
        let reason = String(cString: nghttp2_http2_strerror(code))
        let isRefused = code == NGHTTP2_REFUSED_STREAM.rawValue
        events.append(
            .failed(slot: stream.slot, RequestFailure(.closed, "the stream was reset: \(reason)", mayRepeat: isRefused))
        )
    }

    fileprivate func read(_ id: Int32, into room: UnsafeMutableBufferPointer<UInt8>) -> (count: Int, isLast: Bool)? {
        guard let stream = streams[id] else { return nil }
        let count = min(room.count, stream.body.count - stream.sent)
        _ = room.update(fromContentsOf: stream.body[stream.sent..<stream.sent + count])
        stream.sent += count
        return (count, stream.sent == stream.body.count)
    }
}

/// nghttp2's C callbacks, each a line into the session.
private enum HTTP2ClientCallbacks {
    static func makeSession() -> OpaquePointer? {
        var (made, callbacks): (OpaquePointer?, OpaquePointer?) = (nil, nil)
        guard nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else { return nil }
        defer { nghttp2_session_callbacks_del(callbacks) }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, frame, name, nameCount, value, valueCount, _, data in
            guard let frame, let session = HTTP2ClientCallbacks.owner(data) else { return 0 }
            session.fieldArrived(
                frame.pointee.hd.stream_id, name: UnsafeBufferPointer(start: name, count: nameCount),
                value: UnsafeBufferPointer(start: value, count: valueCount))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, data in
            guard let frame, let session = HTTP2ClientCallbacks.owner(data) else { return 0 }
            let head = frame.pointee.hd
            if UInt32(head.type) == NGHTTP2_HEADERS.rawValue { session.headArrived(head.stream_id) }
            if UInt32(head.type) == NGHTTP2_GOAWAY.rawValue { session.isLeaving = true }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, id, bytes, count, data in
            HTTP2ClientCallbacks.owner(data)?.dataArrived(id, UnsafeBufferPointer(start: bytes, count: count))
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, data in
            HTTP2ClientCallbacks.owner(data)?.streamClosed(id, code: code)
            return 0
        }
        return nghttp2_session_client_new(&made, callbacks, nil) == 0 ? made : nil
    }

    static func owner(_ data: UnsafeMutableRawPointer?) -> HTTP2ClientSession? {
        data.map { Unmanaged<HTTP2ClientSession>.fromOpaque($0).takeUnretainedValue() }
    }

    static var provider: nghttp2_data_provider {
        var provider = nghttp2_data_provider()
        provider.read_callback = { _, id, room, count, flags, _, data in
            guard let room, let flags,
                let read = HTTP2ClientCallbacks.owner(data)?.read(
                    id, into: UnsafeMutableBufferPointer(start: room, count: count))
            else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
            if read.isLast { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
            return read.count
        }
        return provider
    }

    /// Lends the fields in nghttp2's form; it copies what it keeps.
    static func withFields(
        _ fields: [(name: [UInt8], value: [UInt8])], _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Int32
    ) -> Int32 {
        var bytes = fields.flatMap { $0.name + $0.value }
        return bytes.withUnsafeMutableBufferPointer { buffer in
            guard var next = buffer.baseAddress else { return -1 }
            let list = fields.map { field in
                defer { next += field.name.count + field.value.count }
                return nghttp2_nv(
                    name: next, value: next + field.name.count, namelen: field.name.count, valuelen: field.value.count,
                    flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
            }
            return list.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
        }
    }
}
