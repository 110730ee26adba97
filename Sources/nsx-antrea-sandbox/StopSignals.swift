import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Waits for what ends the sandbox: SIGINT, SIGTERM, the end of its lifetime,
/// or the end of the process that started it.
final class StopSignals {
  private let stream: AsyncStream<Void>
  private let sources: [any DispatchSourceProtocol]

  init(watchingParent: Bool, lifetime: Duration?) {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    self.stream = stream
    let queue = DispatchQueue(label: "stop")
    var sources: [any DispatchSourceProtocol] = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { continuation.yield() }
      return source
    }
    signal(SIGPIPE, SIG_IGN)
    if let lifetime {
      let timer = DispatchSource.makeTimerSource(queue: queue)
      timer.schedule(deadline: .now() + .seconds(Int(lifetime.components.seconds)))
      timer.setEventHandler { continuation.yield() }
      sources.append(timer)
    }
    if watchingParent {
      // There is no event for the end of a parent that works everywhere; the
      // parent's number changes when it has ended.
      let parent = getppid()
      let timer = DispatchSource.makeTimerSource(queue: queue)
      timer.schedule(deadline: .now(), repeating: .milliseconds(500))
      timer.setEventHandler { if getppid() != parent { continuation.yield() } }
      sources.append(timer)
    }
    self.sources = sources
    for source in sources { source.resume() }
  }

  func wait() async {
    for await _ in stream { break }
    for source in sources { source.cancel() }
  }
}

/// Standard output (and error) without buffering, so that a waiting reader sees
/// each line.
enum StandardOutput {
  static func write(_ text: String, to file: Int32 = 1) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes {
        #if canImport(Glibc)
          Glibc.write(file, $0.baseAddress, $0.count)
        #elseif canImport(Musl)
          Musl.write(file, $0.baseAddress, $0.count)
        #else
          Darwin.write(file, $0.baseAddress, $0.count)
        #endif
      }
      if count <= 0 { return }
      start += count
    }
  }
}
