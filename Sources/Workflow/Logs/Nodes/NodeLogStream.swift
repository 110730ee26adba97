import Archive
import AuditLog
import Synchronization

/// The audit log of one node as it comes: file after file, cut into lines.
final class NodeLogStream: Sendable {
  /// A line after the wanted window: what follows is later still.
  struct PastTheEnd: Error {}

  private struct State {
    var splitter = LineSplitter()
    var gzip: GzipReader?
    /// Bytes of the file, unpacked, that were handed over before.
    var skipped: Int64 = 0
    /// Whether the file is read from the middle of a line.
    var isAmidLine = false
    /// Bytes of the file that have come, unpacked, with those that were skipped.
    var position: Int64 = 0
    var parser = AuditLineParser()
    /// The last lines, where only they are wanted.
    var last: [[UInt8]] = []
    /// Where the next line goes among them; -1 once they were handed over.
    var next = 0
  }

  /// `cluster/node`, or the node alone.
  let place: String
  private let state = Mutex(State())
  private let sink: LogSink
  private let until: Int64?
  private let tail: Int?
  /// Clocks are set, and zones have summer: a later line may come before an earlier.
  private static let slack: Int64 = 2 * 3600

  /// - Parameters:
  ///   - until: The last wanted second since 1970.
  ///   - tail: So many lines are kept until ``flushTail()``, the last ones.
  init(place: String, until: Int64?, tail: Int?, sink: LogSink) {
    self.place = place
    self.until = until
    self.tail = tail
    self.sink = sink
  }

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - isCompressed: Whether it comes as gzip.
  ///   - start: What was asked for begins there.
  ///   - isAmidLine: Whether that may be within a line.
  ///   - skipping: Of what comes, so many bytes are known (unpacked).
  func begin(
    isCompressed: Bool = false, start: Int64 = 0, isAmidLine: Bool = false, skipping: Int64 = 0
  ) throws {
    try state.withLock { state in
      state.gzip = isCompressed ? try GzipReader() : nil
      state.position = start
      state.skipped = skipping
      // Where reading was given up, the line's end is still to come.
      state.isAmidLine = state.isAmidLine || isAmidLine
    }
  }

  /// How far the file was read, unpacked.
  var position: Int64 { state.withLock { $0.position } }

  /// Takes bytes.
  ///
  /// - Throws: ``PastTheEnd``, or ArchiveError.
  func add(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      defer { sink.flush() }
      try bytes.withUnsafeBytes { bytes in
        guard let gzip = state.gzip else { return try take(bytes, &state) }
        try gzip.add(bytes) { try take($0, &state) }
      }
    }
  }

  /// Takes the end of a file; another may follow.
  func end() throws {
    try state.withLock { state in
      try state.gzip?.end()
      state.gzip = nil
      state.isAmidLine = false
      var splitter = state.splitter
      state.splitter = LineSplitter()
      try splitter.end { try takeLine($0, &state) }
      sink.flush()
    }
  }

  /// Forgets a line whose end will not come, and the last lines.
  func drop() {
    state.withLock { state in
      state.splitter = LineSplitter()
      state.isAmidLine = false
      state.last = []
      state.next = min(state.next, 0)
    }
  }

  /// How many lines are kept.
  var kept: Int { state.withLock { $0.last.count } }

  /// Hands over the lines that are kept; from then on every line goes through.
  func flushTail() {
    state.withLock { state in
      for line in state.last[state.next...] + state.last[..<state.next] {
        line.withUnsafeBytes { sink.addLine($0, place: place) }
      }
      state.last = []
      state.next = -1
      sink.flush()
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, _ state: inout State) throws {
    var rest = bytes[...]
    state.position += Int64(bytes.count)
    if state.skipped > 0 {
      let count = min(state.skipped, Int64(rest.count))
      rest = rest.dropFirst(Int(count))
      state.skipped -= count
    }
    if state.isAmidLine {
      guard let end = rest.firstIndex(of: 0x0a) else { return }
      rest = rest[(end + 1)...]
      state.isAmidLine = false
    }
    guard !rest.isEmpty else { return }
    var splitter = state.splitter
    state.splitter = LineSplitter()
    defer { state.splitter = splitter }
    try splitter.add(UnsafeRawBufferPointer(rebasing: rest)) { try takeLine($0, &state) }
  }

  private func takeLine(_ line: UnsafeRawBufferPointer, _ state: inout State) throws {
    if let until, let record = state.parser.parse(line),
      record.time / 1_000_000 > until + Self.slack
    {
      throw PastTheEnd()
    }
    guard let tail, state.next >= 0 else { return sink.addLine(line, place: place) }
    guard tail > 0 else { return }
    if state.last.count < tail {
      state.last.append(Array(line))
    } else {
      state.last[state.next] = Array(line)
      state.next = (state.next + 1) % tail
    }
  }
}
