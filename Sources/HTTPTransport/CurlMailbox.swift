import Glibc
import Synchronization

/// The way into the driver's thread. All of libcurl's pointers stay on that
/// thread; what crosses are values, by this box and a pipe that wakes it.
final class CurlMailbox: Sendable {
  /// What lies in the box.
  struct Mail {
    var jobs: [TransferJob] = []
    var cancelled: [UInt64] = []
    var isStopped = false
  }

  private struct State {
    var mail = Mail()
    var hasThread = false
    var wakePipe: (read: Int32, write: Int32)?
  }

  private let state = Mutex(State())
  private let settings: HTTPClientConfiguration

  init(_ settings: HTTPClientConfiguration) { self.settings = settings }

  /// Hands over an attempt; starts the thread when it is the first.
  func submit(_ job: TransferJob) {
    let canRun = state.withLock { state -> Bool in
      if !state.hasThread { state.hasThread = startThread(&state) }
      guard state.hasThread, !state.mail.isStopped else { return false }
      state.mail.jobs.append(job)
      wake(state)
      return true
    }
    if !canRun {
      job.finish(
        TransferReport(
          end: .failed(
            TransportError(
              .connectionFailed, endpoint: job.url.endpoint, detail: "no thread or pipe to be had",
              requestMayHaveBeenSent: false))))
    }
  }

  /// Stops an attempt; does nothing when it has ended.
  func cancel(_ id: UInt64) {
    state.withLock { state in
      state.mail.cancelled.append(id)
      wake(state)
    }
  }

  /// Ends the thread and what it has in hand.
  func stop() {
    state.withLock { state in
      state.mail.isStopped = true
      wake(state)
    }
  }

  /// Takes everything out. For the driver's thread.
  func collect() -> Mail {
    state.withLock { state in
      if let pipe = state.wakePipe { drain(pipe.read) }
      let mail = state.mail
      state.mail = Mail()
      state.mail.isStopped = mail.isStopped
      return mail
    }
  }

  /// Closes the box for good and gives what came since. The driver's last act.
  func close() -> [TransferJob] {
    state.withLock { state in
      if let pipe = state.wakePipe {
        Glibc.close(pipe.read)
        Glibc.close(pipe.write)
      }
      state.wakePipe = nil
      state.mail.isStopped = true
      let jobs = state.mail.jobs
      state.mail = Mail()
      state.mail.isStopped = true
      return jobs
    }
  }

  private func wake(_ state: borrowing State) {
    guard let pipe = state.wakePipe else { return }
    var byte: UInt8 = 1
    // A full pipe wakes as well.
    _ = write(pipe.write, &byte, 1)
  }

  private func drain(_ descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: 256)
    while read(descriptor, &bytes, bytes.count) > 0 {}
  }

  private func startThread(_ state: inout State) -> Bool {
    guard CurlRuntime.isReady else { return false }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return false }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    let payload = Unmanaged.passRetained(
      DriverStart(mailbox: self, settings: settings, wakeDescriptor: ends[0]))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { raw in
        guard let raw else { return nil }
        let start = Unmanaged<DriverStart>.fromOpaque(raw).takeRetainedValue()
        CurlDriver(start).run()
        return nil
      }, payload.toOpaque())
    guard code == 0 else {
      payload.release()
      Glibc.close(ends[0])
      Glibc.close(ends[1])
      return false
    }
    pthread_detach(thread)
    state.wakePipe = (ends[0], ends[1])
    return true
  }
}

/// What the thread is born with.
final class DriverStart: Sendable {
  let mailbox: CurlMailbox
  let settings: HTTPClientConfiguration
  let wakeDescriptor: Int32

  init(mailbox: CurlMailbox, settings: HTTPClientConfiguration, wakeDescriptor: Int32) {
    self.mailbox = mailbox
    self.settings = settings
    self.wakeDescriptor = wakeDescriptor
  }
}
