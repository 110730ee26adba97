import Failures
import HTTPTransport
import KubernetesClient

/// Why the audit log of a node could not be read. Nodes with the same reason are
/// told together.
struct NodeLogGap: Sendable, Hashable {
  var kind: Failure.Kind
  var cause: String
  var remedy: String?
  /// Whether it stays so, however often it is tried.
  var isLasting = false

  /// - Returns: `nil` for an error that is not about reading.
  init?(_ error: any Error) {
    switch error {
    case let refusal as NodeLogRefusal: self = Self.gap(refusal)
    case let error as KubernetesAPIError where error.isForbidden: self = Self.forbidden
    case let error as any FailureConvertible:
      let failure = error.failure
      self.init(kind: failure.kind, cause: failure.cause, remedy: failure.remedy)
    default: return nil
    }
  }

  private init(
    kind: Failure.Kind, cause: String, remedy: String?, isLasting: Bool = false
  ) {
    self.kind = kind
    self.cause = cause
    self.remedy = remedy
    self.isLasting = isLasting
  }

  private static let forbidden = NodeLogGap(
    kind: .permissionDenied,
    cause: "audit logs are read through the kubelet, and you may not get nodes/proxy",
    remedy:
      "grant {apiGroups: [\"\"], resources: [nodes/proxy], verbs: [get]} (nsx-antrea-audit-logs of examples/rbac-troubleshoot.yaml), or give the files by --file",
    isLasting: true)

  private static func gap(_ refusal: NodeLogRefusal) -> NodeLogGap {
    let folder = "/var/log/\(AuditFolder.path)"
    return switch refusal {
    case .disabled:
      NodeLogGap(
        kind: .failed, cause: "the kubelet gives no logs away",
        remedy:
          "set enableSystemLogHandler and enableDebuggingHandlers in its configuration, or give the files of \(folder) by --file",
        isLasting: true)
    case .refused:
      NodeLogGap(
        kind: .permissionDenied, cause: "the kubelet refuses the API server",
        remedy:
          "let the API server's account have nodes/log and nodes/proxy there (system:kubelet-api-admin), or give the files of \(folder) by --file",
        isLasting: true)
    case .absent:
      NodeLogGap(
        kind: .failed, cause: "the kubelet knows no \(folder)",
        remedy:
          "does Antrea's agent run there, with its logs in /var/log/antrea? Else give its files by --file"
      )
    }
  }
}
