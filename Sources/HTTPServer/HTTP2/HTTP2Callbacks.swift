import CNGHTTP2

/// nghttp2's C callbacks, each a line or two into the session that owns the library's state.
enum HTTP2Callbacks {
    /// A server session without an owner yet; nil without memory.
    static func makeSession() -> OpaquePointer? {
        var made: OpaquePointer?
        var callbacks: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else { return nil }
        defer { nghttp2_session_callbacks_del(callbacks) }
        install(callbacks)
        var options: OpaquePointer?
        guard nghttp2_option_new(&options) == 0, let options else { return nil }
        defer { nghttp2_option_del(options) }
        // Windows grow as we take data, not as it arrives.
        nghttp2_option_set_no_auto_window_update(options, 1)
        nghttp2_option_set_max_settings(options, 32)
        guard nghttp2_session_server_new2(&made, callbacks, nil, options) == 0 else { return nil }
        return made
    }

    /// - Parameter session: outlives the library's state, which it deletes.
    static func setOwner(_ session: HTTP2Session, of library: OpaquePointer) {
        nghttp2_session_set_user_data(library, Unmanaged.passUnretained(session).toOpaque())
    }

    private static func owner(_ userData: UnsafeMutableRawPointer?) -> HTTP2Session? {
        userData.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Where bodies come from: `HTTP2Stream.read`.
    static var provider: nghttp2_data_provider {
        var provider = nghttp2_data_provider()
        provider.read_callback = { _, id, room, length, flags, _, userData in
            guard let stream = HTTP2Callbacks.owner(userData)?.stream(id), let room, let flags else {
                return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            switch stream.read(into: UnsafeMutableBufferPointer(start: room, count: length)) {
            case .bytes(let count, let isLast):
                if isLast { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
                return count
            case .nothing: return Int(NGHTTP2_ERR_DEFERRED.rawValue)
            case .failed: return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
        }
        return provider
    }

    private static func install(_ callbacks: OpaquePointer) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, userData in
            guard let frame, let session = HTTP2Callbacks.owner(userData) else { return 0 }
            if HTTP2Callbacks.isRequest(frame) { session.streamBegan(frame.pointee.hd.stream_id) }
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, frame, name, nameLength, value, valueLength, _, userData in
            guard let frame, let stream = HTTP2Callbacks.owner(userData)?.stream(frame.pointee.hd.stream_id) else {
                return 0
            }
            stream.take(
                UnsafeBufferPointer(start: name, count: nameLength).span,
                UnsafeBufferPointer(start: value, count: valueLength).span)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, userData in
            guard let frame, let session = HTTP2Callbacks.owner(userData) else { return 0 }
            HTTP2Callbacks.received(frame, session)
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _, _, id, data, length, userData in
            HTTP2Callbacks.owner(userData)?.dataArrived(id, UnsafeBufferPointer(start: data, count: length))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, userData in
            guard let frame, let session = HTTP2Callbacks.owner(userData) else { return 0 }
            HTTP2Callbacks.sent(frame, session)
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, reason, userData in
            HTTP2Callbacks.owner(userData)?.streamClosed(id, cleanly: reason == NGHTTP2_NO_ERROR.rawValue)
            return 0
        }
    }

    private static func isRequest(_ frame: UnsafePointer<nghttp2_frame>) -> Bool {
        UInt32(frame.pointee.hd.type) == NGHTTP2_HEADERS.rawValue
            && frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
    }

    private static func received(_ whole: UnsafePointer<nghttp2_frame>, _ session: HTTP2Session) {
        let frame = whole.pointee.hd
        let ends = UInt32(frame.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
        switch nghttp2_frame_type(UInt32(frame.type)) {
        case NGHTTP2_HEADERS:
            guard let stream = session.stream(frame.stream_id) else { return }
            if isRequest(whole) { stream.headArrived() }
            if ends { stream.requestEnded() }
        case NGHTTP2_DATA:
            // Nothing, or nothing but padding.
            if frame.length == whole.pointee.data.padlen, !ends { guard session.permits(.control) else { return } }
            if ends { session.stream(frame.stream_id)?.requestEnded() }
        case NGHTTP2_RST_STREAM: _ = session.permits(.reset)
        case NGHTTP2_WINDOW_UPDATE: _ = session.permits(.window)
        default: _ = session.permits(.control)
        }
    }

    private static func sent(_ frame: UnsafePointer<nghttp2_frame>, _ session: HTTP2Session) {
        let head = frame.pointee.hd
        switch nghttp2_frame_type(UInt32(head.type)) {
        case NGHTTP2_HEADERS, NGHTTP2_DATA:
            guard UInt32(head.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 else { return }
            session.answerEnded(head.stream_id)
        case NGHTTP2_RST_STREAM:
            // Resets that a peer makes us send count like those that it sends.
            if frame.pointee.rst_stream.error_code != NGHTTP2_NO_ERROR.rawValue { _ = session.permits(.reset) }
        default: break
        }
    }
}
