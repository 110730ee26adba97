import Failures

/// Why a kubeconfig or a service account gives no connection to a cluster.
public enum KubeconfigError: Error, Sendable, Hashable {
  /// A file that the configuration names cannot be read.
  case unreadable(file: String, detail: String)
  /// A file is not a kubeconfig.
  case invalid(file: String, detail: String)
  /// None of the files exists.
  case noFile(searched: [String])
  /// No context was asked for, and the files have no current one.
  case noCurrentContext(files: [String])
  /// The context does not exist; `known` are those that do.
  case unknownContext(String, known: [String])
  /// A context names a cluster that does not exist.
  case unknownCluster(String, context: String)
  /// A context names a user that does not exist.
  case unknownUser(String, context: String)
  /// A cluster without a usable `server`.
  case noServer(cluster: String)
  /// A user relies on the removed `auth-provider` plugins.
  case authProvider(String, user: String)
  /// The environment is not that of a pod with a service account.
  case notInCluster(detail: String)
  /// A credential plugin gave no credentials.
  case plugin(command: String, detail: String, hint: String?)
}

extension KubeconfigError: FailureConvertible {
  /// The error in the words and the class that the command line reports.
  public var failure: Failure {
    switch self {
    case .unreadable(let file, let detail):
      Failure(
        .invalidInput, subject: file, cause: "cannot be read: \(detail)",
        remedy: "check the path, which the kubeconfig gives relative to itself, and its permissions"
      )
    case .invalid(let file, let detail):
      Failure(
        .invalidInput, subject: file, cause: "is not a kubeconfig: \(detail)",
        remedy: "compare with `kubectl config view`")
    case .noFile(let searched):
      Failure(
        .invalidInput, subject: "kubeconfig",
        cause: "there is no file at \(searched.joined(separator: ", "))",
        remedy: "set `kubeconfig` of the cluster, or KUBECONFIG")
    case .noCurrentContext(let files):
      Failure(
        .usage, subject: files.joined(separator: ", "), cause: "has no current context",
        remedy: "set `context` of the cluster, or run `kubectl config use-context`")
    case .unknownContext(let name, let known):
      Failure(
        .usage, subject: "context \(name)", cause: "is not in the kubeconfig",
        remedy: known.isEmpty
          ? "the kubeconfig has no context" : "known are \(known.joined(separator: ", "))")
    case .unknownCluster(let name, let context):
      Failure(
        .invalidInput, subject: "context \(context)",
        cause: "names the cluster \(name), which the kubeconfig does not have")
    case .unknownUser(let name, let context):
      Failure(
        .invalidInput, subject: "context \(context)",
        cause: "names the user \(name), which the kubeconfig does not have")
    case .noServer(let cluster):
      Failure(
        .invalidInput, subject: "cluster \(cluster)",
        cause: "has no `server` that is an http or https URL")
    case .authProvider(let name, let user):
      Failure(
        .invalidInput, subject: "user \(user)",
        cause: "uses the auth-provider \(name), which Kubernetes 1.26 removed",
        remedy: "use an exec credential plugin or a token")
    case .notInCluster(let detail):
      Failure(
        .usage, subject: "in-cluster configuration", cause: detail,
        remedy: "`inCluster` works in a pod with a service account; elsewhere give a kubeconfig")
    case .plugin(let command, let detail, let hint):
      Failure(
        .permissionDenied, subject: "credential plugin \(command)", cause: detail,
        remedy: hint ?? "run the plugin by hand to see what it says")
    }
  }
}
