/// What a line of a network-policy audit log says, as places in the bytes of the
/// line: nothing is copied.
///
/// Antrea has had three forms (its document on audit logging, and its logger at
/// 1.0, 1.8 and 1.12):
///
///     TIME TABLE REF RULE DIRECTION ACTION PRIORITY APPLIEDTO SRC SPORT DST DPORT PROTO LEN LABEL [N packets in D]
///     TIME TABLE REF [RULE] ACTION PRIORITY [APPLIEDTO] SRC SPORT DST DPORT PROTO LEN [LABEL] [N packets in D]
///     TIME TABLE REF ACTION PRIORITY SRC: SRC DEST: DST LEN PROTO [N packets in D]
///
/// `TIME` is `2023/07/04 12:45:21.804416` in the time zone of the node; `<nil>`
/// stands for what is not there.
public struct AuditLine: Sendable, Hashable {
  /// What was done.
  public enum Action: UInt8, Sendable, Hashable, CaseIterable {
    case allow, drop, reject, pass
    /// To the engine of application protocols, which decides (`l7Protocols`).
    case redirect

    /// As Antrea writes it.
    public var text: String {
      switch self {
      case .allow: "Allow"
      case .drop: "Drop"
      case .reject: "Reject"
      case .pass: "Pass"
      case .redirect: "Redirect"
      }
    }

    /// Whether the packet did not get through.
    public var isDenial: Bool { self == .drop || self == .reject }
  }

  /// Microseconds since 1970, taking the time for UTC.
  public internal(set) var time: Int64 = 0
  /// `AntreaPolicyIngressRule`, `IngressDefaultRule`, …
  public internal(set) var table = AuditSpan.none
  /// `AntreaClusterNetworkPolicy:name`, `K8sNetworkPolicy:namespace/name`; of the
  /// isolation by Kubernetes' policies the kind alone.
  public internal(set) var policy = AuditSpan.none
  /// The name of the rule.
  public internal(set) var rule = AuditSpan.none
  /// `Ingress` or `Egress`.
  public internal(set) var direction = AuditSpan.none
  /// What was done.
  public internal(set) var action = Action.allow
  /// The pod, as `namespace/name`.
  public internal(set) var appliedTo = AuditSpan.none
  /// Source and destination.
  public internal(set) var source = AuditSpan.none
  public internal(set) var sourcePort = AuditSpan.none
  public internal(set) var destination = AuditSpan.none
  public internal(set) var destinationPort = AuditSpan.none
  /// `TCP`, `UDP`, `ICMP`, …
  public internal(set) var protocolName = AuditSpan.none
  /// Bytes of one packet.
  public internal(set) var length: Int64 = 0
  /// The rule's `logLabel`.
  public internal(set) var label = AuditSpan.none
  /// How many packets the line stands for: denials of a second are told together.
  public internal(set) var packets: Int64 = 1

  init() {}
}

/// A part of a line.
public struct AuditSpan: Sendable, Hashable {
  /// Where it begins, from the start of the line.
  public var start: Int32
  /// How many bytes it has.
  public var count: Int32

  /// What is not there.
  public static let none = AuditSpan(start: 0, count: 0)

  init(start: Int, count: Int) {
    self.start = Int32(truncatingIfNeeded: start)
    self.count = Int32(truncatingIfNeeded: count)
  }

  /// Whether there is nothing.
  public var isEmpty: Bool { count == 0 }

  /// Its text, from the bytes of the line; `nil` for what is not there.
  public func text(in line: UnsafeRawBufferPointer) -> String? {
    guard count > 0, Int(start) + Int(count) <= line.count else { return nil }
    let bytes = UnsafeRawBufferPointer(rebasing: line[Int(start)..<Int(start) + Int(count)])
    return String(decoding: bytes, as: UTF8.self)
  }
}
