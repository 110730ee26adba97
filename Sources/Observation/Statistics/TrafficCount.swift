import Documents

/// What Antrea counts of traffic: packets, bytes, and connections by their
/// first packets.
public struct TrafficCount: Sendable, Hashable {
  /// Packets.
  public var packets: Int64
  /// Bytes.
  public var bytes: Int64
  /// Connections; of dropped traffic, usually packets.
  public var sessions: Int64

  /// Creates a count.
  public init(packets: Int64 = 0, bytes: Int64 = 0, sessions: Int64 = 0) {
    self.packets = packets
    self.bytes = bytes
    self.sessions = sessions
  }

  /// Reads `trafficStats`; members that are 0 are left out there.
  public init(_ document: JSONValue?) {
    func number(_ key: String) -> Int64 { max(0, document?[key]?.integer ?? 0) }
    self.init(packets: number("packets"), bytes: number("bytes"), sessions: number("sessions"))
  }

  /// Whether nothing was counted.
  public var isZero: Bool { packets == 0 && bytes == 0 && sessions == 0 }

  /// The sum; it stops at the largest number.
  public static func + (left: TrafficCount, right: TrafficCount) -> TrafficCount {
    func sum(_ a: Int64, _ b: Int64) -> Int64 {
      let (value, overflow) = a.addingReportingOverflow(b)
      return overflow ? .max : value
    }
    return TrafficCount(
      packets: sum(left.packets, right.packets), bytes: sum(left.bytes, right.bytes),
      sessions: sum(left.sessions, right.sessions))
  }

  /// What came on top of an earlier count; `nil` where a number went back, so that
  /// counting has begun anew.
  public func growth(from earlier: TrafficCount) -> TrafficCount? {
    guard packets >= earlier.packets, bytes >= earlier.bytes, sessions >= earlier.sessions else {
      return nil
    }
    return TrafficCount(
      packets: packets - earlier.packets, bytes: bytes - earlier.bytes,
      sessions: sessions - earlier.sessions)
  }

  /// The count in JSON.
  public var document: JSONValue {
    ["packets": .integer(packets), "bytes": .integer(bytes), "sessions": .integer(sessions)]
  }
}
