/// Reads audit lines. One parser reads one stream: it keeps the last date, so that
/// a calendar is asked once a day.
public struct AuditLineParser: Sendable {
  private var date: (year: UInt64, day: UInt16, seconds: Int64) = (0, 0, 0)
  /// Where the words of a line begin and end.
  private var words: [(start: Int32, end: Int32)] = []
  /// Words beyond these are not looked at: no line has so many.
  private static let mostWords = 64

  /// Creates a parser.
  public init() { words.reserveCapacity(Self.mostWords) }

  /// Reads a line without its line feed; `nil` for one that is no audit line.
  public mutating func parse(_ line: UnsafeRawBufferPointer) -> AuditLine? {
    guard line.count >= 40, line[4] == UInt8(ascii: "/"), line[10] == UInt8(ascii: " "),
      let time = time(line)
    else { return nil }
    split(line)
    guard words.count >= 9 else { return nil }
    var result = AuditLine()
    result.time = time
    result.table = span(2)
    result.policy = span(3)
    return read(line, into: &result) ? result : nil
  }

  /// Finds the reading of a line that goes to its end. A rule's name may be anything,
  /// also words of the format: what stands last is what Antrea wrote.
  private func read(_ line: UnsafeRawBufferPointer, into result: inout AuditLine) -> Bool {
    for index in stride(from: words.count - 2, through: 5, by: -1) {
      guard isDirection(line, index), let action = action(line, index + 1) else { continue }
      var reading = result
      reading.action = action
      reading.direction = span(index)
      let start = words[4].start
      reading.rule =
        index == 5
        ? named(line, 4)
        : AuditSpan(start: Int(start), count: Int(words[index - 1].end - start))
      // The priority, `<nil>` for isolation, stands between.
      if readFlow(line, from: index + 3, &reading) {
        result = reading
        return true
      }
    }
    for (index, hasRule) in [(5, true), (4, false)] {
      guard let action = action(line, index), isPriority(line, index + 1) else { continue }
      var reading = result
      reading.action = action
      if hasRule { reading.rule = named(line, 4) }
      if readFlow(line, from: index + 2, &reading) {
        result = reading
        return true
      }
    }
    return false
  }

  /// Reads all behind the priority.
  private func readFlow(
    _ line: UnsafeRawBufferPointer, from start: Int, _ result: inout AuditLine
  ) -> Bool {
    var index = start
    func take() -> AuditSpan {
      defer { index += 1 }
      return index < words.count ? named(line, index) : .none
    }
    if equals(line, index, "SRC:") {
      index += 1
      result.source = take()
      guard equals(line, index, "DEST:") else { return false }
      index += 1
      result.destination = take()
      result.length = number(line, index) ?? 0
      index += 1
      result.protocolName = take()
    } else {
      if !isAddress(line, index) { result.appliedTo = take() }
      guard isAddress(line, index), index + 5 < words.count else { return false }
      result.source = take()
      result.sourcePort = take()
      guard isAddress(line, index) else { return false }
      result.destination = take()
      result.destinationPort = take()
      result.protocolName = take()
      guard let length = number(line, index) else { return false }
      result.length = length
      index += 1
    }
    // `[N packets in D]` is the end of the line.
    if index < words.count, line[Int(words[index].start)] != UInt8(ascii: "[") {
      result.label = take()
    }
    let opening = words.count - 4
    guard index == words.count || index == opening else { return false }
    if opening >= index, line[Int(words[opening].start)] == UInt8(ascii: "["),
      equals(line, opening + 1, "packets"),
      let packets = digits(line, Int(words[opening].start) + 1, Int(words[opening].end))
    {
      // A line that stands for more than that is not Antrea's.
      result.packets = min(packets, 1 << 40)
    }
    return true
  }

  // MARK: Words

  private mutating func split(_ line: UnsafeRawBufferPointer) {
    words.removeAll(keepingCapacity: true)
    guard let base = line.baseAddress else { return }
    var index = 0
    let end = line.count
    while index < end, words.count < Self.mostWords {
      while index < end, base.load(fromByteOffset: index, as: UInt8.self) == 0x20 { index += 1 }
      let start = index
      while index < end, base.load(fromByteOffset: index, as: UInt8.self) != 0x20 { index += 1 }
      if index > start {
        words.append((Int32(truncatingIfNeeded: start), Int32(truncatingIfNeeded: index)))
      }
    }
  }

  private func span(_ word: Int) -> AuditSpan {
    guard word < words.count else { return .none }
    let (start, end) = words[word]
    return AuditSpan(start: Int(start), count: Int(end - start))
  }

  /// A word, where it is not `<nil>`.
  private func named(_ line: UnsafeRawBufferPointer, _ word: Int) -> AuditSpan {
    isNil(line, word) ? .none : span(word)
  }

  private func isNil(_ line: UnsafeRawBufferPointer, _ word: Int) -> Bool {
    word < words.count && words[word].end - words[word].start == 5
      && line[Int(words[word].start)] == UInt8(ascii: "<")
  }

  private func equals(_ line: UnsafeRawBufferPointer, _ word: Int, _ text: StaticString) -> Bool {
    guard word < words.count else { return false }
    let (start, end) = words[word]
    guard Int(end - start) == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for index in expected.indices where line[Int(start) + index] != expected[index] {
        return false
      }
      return true
    }
  }

  private func isDirection(_ line: UnsafeRawBufferPointer, _ word: Int) -> Bool {
    guard word < words.count else { return false }
    switch line[Int(words[word].start)] {
    case UInt8(ascii: "I"): return equals(line, word, "Ingress")
    case UInt8(ascii: "E"): return equals(line, word, "Egress")
    default: return false
    }
  }

  private func action(_ line: UnsafeRawBufferPointer, _ word: Int) -> AuditLine.Action? {
    guard word < words.count else { return nil }
    switch line[Int(words[word].start)] {
    case UInt8(ascii: "A"): return equals(line, word, "Allow") ? .allow : nil
    case UInt8(ascii: "D"): return equals(line, word, "Drop") ? .drop : nil
    case UInt8(ascii: "R"):
      return equals(line, word, "Reject")
        ? .reject : equals(line, word, "Redirect") ? .redirect : nil
    case UInt8(ascii: "P"): return equals(line, word, "Pass") ? .pass : nil
    default: return nil
    }
  }

  private func isPriority(_ line: UnsafeRawBufferPointer, _ word: Int) -> Bool {
    guard word < words.count else { return false }
    if isNil(line, word) { return true }
    let (start, end) = words[word]
    let first = line[Int(start)] == UInt8(ascii: "-") ? Int(start) + 1 : Int(start)
    return digits(line, first, Int(end)) != nil
  }

  /// Whether a word can be an address: names of pods have a `/` in them.
  private func isAddress(_ line: UnsafeRawBufferPointer, _ word: Int) -> Bool {
    guard word < words.count else { return false }
    let (start, end) = words[word]
    var hasMark = false
    for index in Int(start)..<Int(end) {
      switch line[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): break
      case UInt8(ascii: "."), UInt8(ascii: ":"): hasMark = true
      default: return false
      }
    }
    return hasMark
  }

  private func number(_ line: UnsafeRawBufferPointer, _ word: Int) -> Int64? {
    guard word < words.count else { return nil }
    return digits(line, Int(words[word].start), Int(words[word].end))
  }

  private func digits(_ line: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int64? {
    guard start < end, end - start <= 18 else { return nil }
    var value: Int64 = 0
    for index in start..<end {
      let digit = line[index] &- 48
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
    }
    return value
  }

  // MARK: Time

  /// `2023/07/04 12:45:21.804416`; the fraction may be missing.
  private mutating func time(_ line: UnsafeRawBufferPointer) -> Int64? {
    func pair(_ index: Int) -> Int64? {
      let high = line[index] &- 48
      let low = line[index + 1] &- 48
      guard high < 10, low < 10 else { return nil }
      return Int64(high) * 10 + Int64(low)
    }
    // The ten bytes of the date as they stand.
    let year = line.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    let rest = line.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    if year != date.year || rest != date.day {
      guard let century = pair(0), let decade = pair(2), let month = pair(5), let day = pair(8),
        line[7] == UInt8(ascii: "/"), (1...12).contains(month), (1...31).contains(day)
      else { return nil }
      date = (year, rest, AuditCalendar.seconds(century * 100 + decade, month, day))
    }
    guard let hour = pair(11), line[13] == UInt8(ascii: ":"), let minute = pair(14),
      line[16] == UInt8(ascii: ":"), let second = pair(17)
    else { return nil }
    var micros: Int64 = 0
    if line[19] == UInt8(ascii: ".") {
      var scale: Int64 = 100_000
      var index = 20
      while index < 26, line[index] &- 48 < 10 {
        micros += Int64(line[index] &- 48) * scale
        scale /= 10
        index += 1
      }
    } else if line[19] != UInt8(ascii: " ") {
      return nil
    }
    return (date.seconds + hour * 3600 + minute * 60 + second) * 1_000_000 + micros
  }
}

/// Days of the Gregorian calendar.
enum AuditCalendar {
  /// Seconds since 1970 at the start of a day; the year is taken to begin in March,
  /// so that a leap day is its last.
  static func seconds(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return (era * 146_097 + dayOfEra - 719_468) * 86_400
  }
}
