import CLibCurl
import CurlShim
import Glibc

/// The loop of the thread that owns the connections of one client. Nothing in
/// here is touched by another thread.
final class CurlDriver {
  private let mailbox: CurlMailbox
  private let settings: HTTPClientConfiguration
  private let wakeDescriptor: Int32
  private let multi: UnsafeMutableRawPointer?
  private let checkedSessions = CheckedSessions()
  private var lines: [String: WaitingLine] = [:]
  private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var handles: [UInt64: UnsafeMutableRawPointer] = [:]
  /// When a connection to an endpoint last fell silent.
  private var suspected: [String: ContinuousClock.Instant] = [:]

  init(_ start: DriverStart) {
    mailbox = start.mailbox
    settings = start.settings
    wakeDescriptor = start.wakeDescriptor
    multi = curl_multi_init()
    guard let multi else { return }
    let isHTTP2 = settings.version == .http2
    _ = cs_multi_set_long(multi, CURLMOPT_PIPELINING, isHTTP2 ? 2 : 0)
    _ = cs_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.maximumConnectionsPerHost * 4)
    _ = cs_multi_set_long(
      multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.maximumConnectionsPerHost)
  }

  /// Runs until the client is gone.
  func run() {
    var isStopped = false
    while !isStopped {
      let mail = mailbox.collect()
      isStopped = mail.isStopped
      for job in mail.jobs { enqueue(job) }
      for id in mail.cancelled { cancel(id) }
      startWaiting()
      perform()
      if isStopped { break }
      // What came in time has been read by now; the ends make room.
      if endSilent() { continue }
      poll()
    }
    shutDown()
  }

  private func enqueue(_ job: TransferJob) {
    lines[job.url.endpoint, default: WaitingLine()].append(job)
  }

  private func cancel(_ id: UInt64) {
    if let handle = handles[id], let transfer = transfers[handle] {
      end(transfer, handle, TransferReport(end: .cancelled))
      return
    }
    for key in lines.keys {
      if let job = lines[key]?.remove(id) { job.finish(TransferReport(end: .cancelled)) }
    }
  }

  /// Lets those who wait start, as far as the limit of their host goes. The
  /// waiting is done here and not in libcurl, which would count it as time for
  /// connecting.
  private func startWaiting() {
    let limit =
      settings.version == .http2
      ? settings.maximumStreamsPerHost : settings.maximumConnectionsPerHost
    let now = ContinuousClock.now
    for key in lines.keys {
      for job in lines[key]?.removeExpired(now) ?? [] {
        job.finish(TransferReport(end: .failed(.waitedTooLong(job))))
      }
      while let job = lines[key]?.next(limit: limit) { start(job) }
      if lines[key]?.isIdle ?? false { lines[key] = nil }
    }
  }

  private func start(_ job: TransferJob) {
    guard let multi, let handle = curl_easy_init() else {
      lines[job.url.endpoint]?.release()
      job.finish(TransferReport(end: .failed(.notStarted(job, "libcurl gave no handle"))))
      return
    }
    let transfer = CurlTransfer(
      job, handle: handle, settings: settings, checked: checkedSessions,
      suspected: suspected[job.url.endpoint])
    if let error = transfer.configure() ?? added(multi, handle, job) {
      lines[job.url.endpoint]?.release()
      transfer.dispose()
      job.finish(TransferReport(end: .failed(error)))
      return
    }
    transfers[handle] = transfer
    handles[job.id] = handle
  }

  private func added(
    _ multi: UnsafeMutableRawPointer, _ handle: UnsafeMutableRawPointer, _ job: TransferJob
  ) -> TransportError? {
    let code = curl_multi_add_handle(multi, handle)
    return code == CURLM_OK ? nil : .notStarted(job, String(cString: curl_multi_strerror(code)))
  }

  private func perform() {
    guard let multi else { return }
    // As long as ends make room for those who wait.
    while true {
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      var handle: UnsafeMutableRawPointer?
      var code = CURLE_OK
      var ended = false
      while cs_multi_next_done(multi, &handle, &code) != 0 {
        guard let done = handle, let transfer = transfers[done] else { continue }
        end(transfer, done, transfer.report(code))
        ended = true
      }
      guard ended else { return }
      startWaiting()
    }
  }

  /// Ends attempts whose answers should have begun; whether there were some.
  private func endSilent() -> Bool {
    let now = ContinuousClock.now
    let silent = transfers.filter { $0.value.answerDeadline.map { $0 <= now } ?? false }
    for (handle, transfer) in silent { end(transfer, handle, transfer.silentReport()) }
    return !silent.isEmpty
  }

  private func end(
    _ transfer: CurlTransfer, _ handle: UnsafeMutableRawPointer, _ report: TransferReport
  ) {
    if let multi { curl_multi_remove_handle(multi, handle) }
    if case .failed(let error) = report.end, error.reason == .timedOut {
      suspected[transfer.job.url.endpoint] = ContinuousClock.now
    }
    transfers[handle] = nil
    handles[transfer.job.id] = nil
    lines[transfer.job.url.endpoint]?.release()
    transfer.dispose()
    transfer.job.finish(report)
  }

  private func poll() {
    guard let multi else { return }
    var wait = Duration.seconds(60)
    let now = ContinuousClock.now
    for line in lines.values {
      if let deadline = line.earliestDeadline { wait = min(wait, deadline - now) }
    }
    for transfer in transfers.values {
      if let deadline = transfer.answerDeadline { wait = min(wait, deadline - now) }
    }
    var pipe = curl_waitfd(fd: wakeDescriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
    curl_multi_poll(multi, &pipe, 1, Int32(max(wait, .zero).millisecondsRoundedUp), nil)
  }

  private func shutDown() {
    for (handle, transfer) in transfers {
      end(transfer, handle, TransferReport(end: .cancelled))
    }
    var left = mailbox.close()
    for line in lines.values { left += line.jobs }
    lines = [:]
    for job in left { job.finish(TransferReport(end: .cancelled)) }
    if let multi { curl_multi_cleanup(multi) }
  }
}

extension TransportError {
  /// The deadline passed before the request got a connection.
  static func waitedTooLong(_ job: TransferJob) -> TransportError {
    TransportError(
      .timedOut, endpoint: job.url.endpoint, detail: "no connection was free in time",
      requestMayHaveBeenSent: false)
  }

  /// The attempt's own limit had passed before it was made.
  static func noTimeLeft(_ url: URLParts) -> TransportError {
    TransportError(
      .timedOut, endpoint: url.endpoint, detail: "its time had passed before it was sent",
      requestMayHaveBeenSent: false)
  }

  /// libcurl did not take the transfer.
  static func notStarted(_ job: TransferJob, _ detail: String) -> TransportError {
    TransportError(
      .connectionFailed, endpoint: job.url.endpoint, detail: detail, requestMayHaveBeenSent: false)
  }
}
