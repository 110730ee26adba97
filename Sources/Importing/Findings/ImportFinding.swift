/// Something about one policy that was refused, or that is worth knowing.
public struct ImportFinding: Sendable, Hashable, CustomStringConvertible {
  /// What was found.
  public var code: ImportFindingCode
  /// The policy: `NetworkPolicy/namespace/name`.
  public var source: String
  /// Where in it, for example `ingress[0].from[1]`; empty for the whole.
  public var place: String
  /// What stands there.
  public var message: String

  /// Creates a finding.
  public init(_ code: ImportFindingCode, source: String, place: String = "", message: String) {
    self.code = code
    self.source = source
    self.place = place
    self.message = message
  }

  /// One line.
  public var description: String {
    let remedy = code.remedy.isEmpty ? "" : " (\(code.remedy))"
    return "\(source)\(place.isEmpty ? "" : " \(place)"): \(code.rawValue): \(message)\(remedy)"
  }
}

/// Why a part of a policy cannot be said in NSX.
struct ImportProblem: Error, Hashable {
  var code: ImportFindingCode
  var place: String
  var message: String

  init(_ code: ImportFindingCode, at place: String, _ message: String) {
    self.code = code
    self.place = place
    self.message = message
  }
}
