import AntreaModel
import Reachability

/// A trace with everything that is known of it before it runs.
struct PlannedTrace: Sendable {
  /// What Antrea is asked for.
  var spec: TraceflowSpec
  /// The source in words.
  var from: String
  /// The destination in words.
  var to: String
  /// The traffic in words.
  var traffic: String
  /// What is predicted for; `nil` where an end is only known from the packet.
  var ends: (from: NamedEndpoint, to: NamedEndpoint, traffic: AskedTraffic)?
  /// The family of the packet; `nil` for live traffic of any.
  var family: IPFamily?
  /// The Nodes that take part, as far as they are known.
  var nodes: (source: String?, destination: String?)
  /// What a person must know.
  var notes: [String] = []

  /// What is asked of the policies about all pods that are meant: of the source
  /// port only where the question names one.
  func asked(by question: TraceQuestion) -> AskedTraffic? {
    guard var asked = ends?.traffic else { return nil }
    asked.family = asked.family ?? (question.isIPv6 ? .v6 : nil)
    if case .transport(let kind, _, let destination) = asked.traffic {
      asked.traffic = .transport(
        kind, source: question.sourcePort ?? TrafficSpace.ephemeralPort, destination: destination)
    }
    return asked
  }
}
