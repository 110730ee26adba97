import AuditLog
import Documents
import Synchronization

/// One container's log as it comes: lines with their times, each once.
final class LogStream: Sendable {
  /// Where a log comes from.
  struct Place: Sendable, Hashable {
    var cluster: String
    var node: String
    var pod: String
    var container: String

    /// `node/pod/container`.
    var text: String { "\(node)/\(pod)/\(container)" }
  }

  /// A line after the wanted window: the rest is later still.
  struct PastTheEnd: Error {}

  private struct State {
    var splitter = LineSplitter()
    /// The time of the last line that was handed over, as text.
    var last: [UInt8] = []
    /// Whether lines that were seen come again: a further request begins with a whole
    /// second.
    var isResuming = false
  }

  let place: Place
  private let state = Mutex(State())
  private let until: Int64?
  private let sink: LogSink

  /// - Parameter until: The last wanted second since 1970.
  init(_ place: Place, until: Int64?, sink: LogSink) {
    self.place = place
    self.until = until
    self.sink = sink
  }

  /// Takes bytes.
  ///
  /// - Throws: ``PastTheEnd``.
  func add(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      var splitter = state.splitter
      state.splitter = LineSplitter()
      defer {
        state.splitter = splitter
        sink.flush()
      }
      try bytes.withUnsafeBytes { try splitter.add($0) { try take($0, &state) } }
    }
  }

  /// Takes the end of one answer; another may follow.
  func end() throws {
    try state.withLock { state in
      var splitter = state.splitter
      state.splitter = LineSplitter()
      defer {
        state.splitter = splitter
        state.isResuming = true
        sink.flush()
      }
      try splitter.end { try take($0, &state) }
    }
  }

  /// The second of the last line, from which a further request has to begin.
  var lastSecond: Int64? {
    state.withLock { state in
      state.last.isEmpty ? nil : KubernetesTime.seconds(String(decoding: state.last, as: UTF8.self))
    }
  }

  private func take(_ line: UnsafeRawBufferPointer, _ state: inout State) throws {
    guard let blank = line.firstIndex(of: 0x20), blank >= 20 else { return }
    let time = line[..<blank]
    // Without the zone: a shorter fraction comes first then.
    let moment = time.last == UInt8(ascii: "Z") ? time.dropLast() : time
    if state.isResuming {
      let last = state.last.last == UInt8(ascii: "Z") ? state.last.dropLast() : state.last[...]
      if !last.lexicographicallyPrecedes(moment) { return }
      state.isResuming = false
    }
    // Nodes write their own zone.
    if let until, let second = KubernetesTime.seconds(String(decoding: time, as: UTF8.self)),
      second > until
    {
      throw PastTheEnd()
    }
    state.last = Array(time)
    let rest = UnsafeRawBufferPointer(rebasing: line[(blank + 1)...])
    let text = String(decoding: rest, as: UTF8.self)
    sink.print("\(place.text): \(text)") {
      var object = JSONObject()
      object["cluster"] = .string(place.cluster)
      object["node"] = .string(place.node)
      object["pod"] = .string(place.pod)
      object["container"] = .string(place.container)
      object["time"] = .string(String(decoding: time, as: UTF8.self))
      object["text"] = .string(text)
      return object
    }
  }
}
