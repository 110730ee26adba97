/// What was counted of a rule, or of a flow.
public struct AuditCount: Sendable, Hashable {
  /// `Allow`, `Drop`, `Reject` or `Pass`.
  public var action: String
  /// The policy as the log names it.
  public var policy: String
  /// The rule's name; empty where the log has none.
  public var rule: String
  /// `Ingress` or `Egress`; empty where the log does not say.
  public var direction: String
  /// The rule's log label.
  public var label: String
  /// Of a flow: the pod, and who speaks to whom. Empty of a rule.
  public var pod = ""
  public var source = ""
  public var destination = ""
  public var port = ""
  public var protocolName = ""
  /// Packets, lines, and bytes where every packet is as long as the first.
  public var packets: Int64
  public var lines: Int64
  public var bytes: Int64
  /// The earliest and the latest time, in microseconds since 1970.
  public var first: Int64
  public var last: Int64
}

/// An audit log in numbers, in bounded memory whatever its size.
public struct AuditSummary: Sendable {
  /// Lines in all, those that are audit lines, and those of them that counted.
  public private(set) var lines: Int64 = 0
  public private(set) var auditLines: Int64 = 0
  public private(set) var counted: Int64 = 0
  /// The earliest and the latest time of what counted; `nil` where nothing did.
  public private(set) var first: Int64?
  public private(set) var last: Int64?

  /// The bytes of a name that are kept; the rest is told by its hash.
  private static let longest = 200
  private var byAction = [Int64](
    repeating: 0, count: AuditLine.Action.allCases.count)
  private var rules: TallyTable
  private var denials: TallyTable
  private var others: TallyTable
  private var key: [UInt8] = []

  /// Creates an empty summary.
  ///
  /// - Parameter capacity: The most flows that are kept apart.
  public init(capacity: Int = 65_536) {
    rules = TallyTable(capacity: max(capacity / 4, 2))
    denials = TallyTable(capacity: capacity)
    others = TallyTable(capacity: max(capacity / 4, 2))
    key.reserveCapacity(512)
  }

  /// Notes a line that is none of the audit's, or one that a filter leaves out.
  public mutating func pass(isAudit: Bool) {
    lines &+= 1
    if isAudit { auditLines &+= 1 }
  }

  /// Counts a line.
  public mutating func add(_ record: AuditLine, in line: UnsafeRawBufferPointer) {
    lines &+= 1
    auditLines &+= 1
    counted &+= 1
    byAction[Int(record.action.rawValue)] &+= record.packets
    if record.time < first ?? .max { first = record.time }
    if record.time > last ?? .min { last = record.time }
    let bytes = record.length &* record.packets
    key.removeAll(keepingCapacity: true)
    key.append(record.action.rawValue)
    append(record.policy, line)
    append(record.rule, line)
    append(record.direction, line)
    append(record.label, line)
    key.withUnsafeBytes {
      rules.add($0, packets: record.packets, bytes: bytes, time: record.time)
    }
    append(record.appliedTo, line)
    append(record.source, line)
    append(record.destination, line)
    append(record.destinationPort, line)
    append(record.protocolName, line)
    if record.action.isDenial {
      key.withUnsafeBytes {
        denials.add($0, packets: record.packets, bytes: bytes, time: record.time)
      }
    } else {
      key.withUnsafeBytes {
        others.add($0, packets: record.packets, bytes: bytes, time: record.time)
      }
    }
  }

  private mutating func append(_ span: AuditSpan, _ line: UnsafeRawBufferPointer) {
    key.append(0)
    let start = Int(span.start)
    let field = UnsafeRawBufferPointer(rebasing: line[start..<start + Int(span.count)])
    guard field.count > Self.longest else { return key.append(contentsOf: field) }
    // Names have no limit in Antrea, and keys are kept.
    key.append(contentsOf: field.prefix(Self.longest))
    key.append(contentsOf: "#\(String(TallyTable.hash(field), radix: 16))".utf8)
  }

  /// Packets of an action.
  public func packets(_ action: AuditLine.Action) -> Int64 { byAction[Int(action.rawValue)] }

  /// The flows that were denied most often.
  public func topDenials(_ number: Int) -> [AuditCount] { denials.top(number).map(Self.count) }

  /// The flows that were let through most often.
  public func topOthers(_ number: Int) -> [AuditCount] { others.top(number).map(Self.count) }

  /// The rules that matched most often.
  public func topRules(_ number: Int) -> [AuditCount] { rules.top(number).map(Self.count) }

  /// By how many packets a count of a flow or a rule may be too low; 0 while all are
  /// kept apart.
  public var uncertainty: Int64 {
    max(denials.uncertainty, others.uncertainty, rules.uncertainty)
  }

  /// How many flows are kept apart.
  public var flows: Int { denials.count + others.count }

  private static func count(_ entry: (key: [UInt8], count: TallyTable.Count)) -> AuditCount {
    let action = entry.key.first.flatMap { AuditLine.Action(rawValue: $0) } ?? .allow
    let fields = entry.key.dropFirst(2).split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    func field(_ index: Int) -> String { index < fields.count ? fields[index] : "" }
    return AuditCount(
      action: action.text, policy: field(0), rule: field(1), direction: field(2), label: field(3),
      pod: field(4), source: field(5), destination: field(6), port: field(7),
      protocolName: field(8), packets: entry.count.packets, lines: entry.count.lines,
      bytes: entry.count.bytes, first: entry.count.first, last: entry.count.last)
  }
}
