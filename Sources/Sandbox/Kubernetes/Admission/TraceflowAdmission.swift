import AntreaModel
import Documents

/// The Traceflow validator, which Antrea has since 1.14.
enum TraceflowAdmission {
  /// The project's Antrea reference does not number these rules.
  private static let unnumbered = 0

  /// Checks a new or changed Traceflow.
  static func validate(_ object: JSONValue) throws {
    let spec = TraceflowSpec(object["spec"] ?? .null)
    if spec.isLive {
      let ends = [spec.source, spec.destination]
      guard ends.contains(where: isPod) else {
        throw AdmissionDenial(
          rule: unnumbered,
          message: "live-traffic Traceflow needs a source Pod or a destination Pod")
      }
      return
    }
    guard isPod(spec.source) else {
      throw AdmissionDenial(
        rule: unnumbered, message: "source Pod must be specified in non-live-traffic Traceflow")
    }
    guard spec.destination != nil else {
      throw AdmissionDenial(
        rule: unnumbered, message: "destination must be specified in non-live-traffic Traceflow")
    }
    guard !spec.isDroppedOnly else {
      throw AdmissionDenial(
        rule: unnumbered, message: "droppedOnly is only supported in live-traffic Traceflow")
    }
  }

  private static func isPod(_ end: TraceflowSpec.End?) -> Bool {
    if case .pod = end { true } else { false }
  }
}
