import AntreaModel
import Documents
import Failures
import KubernetesClient
import Synchronization

/// Where agents upload what they collect, from the settings.
struct BundleFileServer: Sendable {
  /// `sftp://host:port/path`.
  var url: String
  /// The server's key in base64; without it any host is taken for the right one.
  var hostPublicKey: String?
  /// The Secret with `username` and `password`.
  var secret: Credentials

  /// Where the credentials are.
  enum Credentials: Sendable {
    /// In the cluster already.
    case secret(namespace: String, name: String)
    /// Here; they stand in the cluster for the time of the collection.
    case given(username: String, password: String)
  }

  /// Reads the settings; `nil` where there is no file server.
  ///
  /// - Throws: ``Failure`` of kind usage.
  init?(_ run: Run) throws {
    let settings = run.settings
    guard let url = settings.text("supportBundle.fileServer") else { return nil }
    self.url = url
    hostPublicKey = settings.text("supportBundle.hostPublicKey")
    if let text = settings.text("supportBundle.secret") {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw Failure(
          .usage, subject: "supportBundle.secret", cause: "`\(text)` is not namespace/name")
      }
      secret = .secret(namespace: parts[0], name: parts[1])
      return
    }
    var password = settings.text("supportBundle.password")
    if password == nil, let path = settings.path("supportBundle.passwordFile", home: run.home) {
      password = try run.secret(in: path, named: "supportBundle.passwordFile")
    }
    guard let username = settings.text("supportBundle.username"), let password else {
      throw Failure(
        .usage, subject: "supportBundle.fileServer", cause: "has no credentials",
        remedy:
          "name a Secret by supportBundle.secret, or give supportBundle.username and the password by NSX_ANTREA_SUPPORT_BUNDLE_PASSWORD or supportBundle.passwordFile"
      )
    }
    secret = .given(username: username, password: password)
  }
}

/// What came of a collection.
struct CollectionOutcome: Sendable {
  var name: String
  var desired: Int64
  var collected: Int64
  /// What Antrea says of those that failed.
  var failure: String?
  /// What was made for it and could not be deleted, as `kubectl delete` names it, with
  /// the reason.
  var leftovers: [String] = []
}

extension Run {
  static let collections = APIResource(
    group: "crd.antrea.io", version: "v1alpha1", kind: "SupportBundleCollection",
    plural: "supportbundlecollections", isNamespaced: false)
  static let secrets = APIResource(
    group: "", version: "v1", kind: "Secret", plural: "secrets", isNamespaced: true)
  /// The Secret that stands in the cluster during a collection: one name, so that
  /// rights can be bound to it.
  static let secretName = "nsx-antrea-support-bundle"

  /// Has Antrea's agents upload their bundles to the file server. Everything that is
  /// made in the cluster for it goes again, whatever comes of it.
  func collectBundles(
    _ server: BundleFileServer, cluster: String, client: KubernetesClient,
    namespace: String, nodes: [String], since: Duration?, wait: Duration
  ) async throws -> CollectionOutcome {
    let hash = SHA256.hex("\(context.holder)/\(cluster)/\(context.now())").prefix(10)
    let name = "nsx-antrea-\(hash)"
    let log = log
    var made = ["supportbundlecollection \(name)": (Self.collections, String?.none, name)]
    if case .given = server.secret {
      try await refuseOtherSecret(namespace, client)
      made["-n \(namespace) secret \(Self.secretName)"] = (
        Self.secrets, namespace, Self.secretName
      )
    }
    let parts = made
    let leftovers = Mutex<[String]>([])
    var outcome = try await cleaningUp({ isStopped in
      if isStopped {
        let commands = parts.keys.sorted().map { "kubectl delete \($0)" }
        self.talk(
          "cluster \(cluster): taking back what was made; where this is cut short: \(commands.joined(separator: "; "))"
        )
      }
      // Side by side: a stopped run has little time, and one of them has a password.
      await withTaskGroup(of: String?.self) { group in
        for (words, part) in parts {
          group.addTask {
            do {
              _ = try await client.delete(part.0, namespace: part.1, name: part.2)
              return nil
            } catch let error as KubernetesAPIError where error.isNotFound {
              return nil
            } catch {
              log.warning("cluster \(cluster): \(words) could not be deleted: \(error)")
              return "\(words): \(Self.failure(error, cluster: cluster).cause)"
            }
          }
        }
        for await left in group { if let left { leftovers.withLock { $0.append(left) } } }
      }
    }) {
      let reference = try await credentials(server, name, namespace, client)
      guard
        let object = KubernetesObject(
          collection(name, server, reference, nodes: nodes, since: since, wait: wait))
      else {
        throw Failure(.failed, subject: name, cause: "is no object")
      }
      _ = try await finishing { try await client.create(object, as: Self.collections) }
      return try await completed(name, client, wait: wait)
    }
    outcome.leftovers = leftovers.withLock { $0.sorted() }
    return outcome
  }

  /// Refuses a Secret of that name that somebody else made; ours of a killed run is
  /// replaced.
  private func refuseOtherSecret(
    _ namespace: String, _ client: KubernetesClient
  ) async throws {
    guard
      let secret = try await client.find(
        Self.secrets, namespace: namespace, name: Self.secretName),
      secret.labels[Ownership.managedByLabel] != Ownership.managedByValue
    else { return }
    throw Failure(
      .refused, subject: "Secret \(namespace)/\(Self.secretName)", cause: "is not this tool's",
      remedy: "name it by supportBundle.secret, or rename it")
  }

  /// The Secret that agents' credentials come from, made where they are given here.
  private func credentials(
    _ server: BundleFileServer, _ name: String, _ namespace: String, _ client: KubernetesClient
  ) async throws -> (namespace: String, name: String) {
    switch server.secret {
    case .secret(let namespace, let name): return (namespace, name)
    case .given(let username, let password):
      let secret = KubernetesObject([
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": [
          "name": .string(Self.secretName), "namespace": .string(namespace),
          "labels": [Ownership.managedByLabel: .string(Ownership.managedByValue)],
        ],
        "stringData": ["username": .string(username), "password": .string(password)],
      ])
      guard let secret else { throw Failure(.failed, subject: name, cause: "is no object") }
      // One that a killed run left has old credentials.
      do {
        _ = try await client.delete(Self.secrets, namespace: namespace, name: Self.secretName)
      } catch let error as KubernetesAPIError where error.isNotFound {}
      _ = try await finishing { try await client.create(secret, as: Self.secrets) }
      return (namespace, Self.secretName)
    }
  }

  private func collection(
    _ name: String, _ server: BundleFileServer, _ secret: (namespace: String, name: String),
    nodes: [String], since: Duration?, wait: Duration
  ) -> JSONValue {
    var fileServer = JSONObject()
    fileServer["url"] = .string(server.url)
    if let key = server.hostPublicKey { fileServer["hostPublicKey"] = .string(key) }
    var spec = JSONObject()
    // Nobody need wait for it longer than we do.
    spec["expirationMinutes"] = .integer(max(1, (wait.components.seconds + 59) / 60))
    // Agents take Go's durations only, and give empty logs for anything else.
    if let since { spec["sinceTime"] = .string("\(since.components.seconds)s") }
    spec["nodes"] = nodes.isEmpty ? [:] : ["nodeNames": .array(nodes.map { .string($0) })]
    spec["fileServer"] = .object(fileServer)
    spec["authentication"] = [
      "authType": "BasicAuthentication",
      "authSecret": ["namespace": .string(secret.namespace), "name": .string(secret.name)],
    ]
    return [
      "apiVersion": .string(Self.collections.apiVersion), "kind": "SupportBundleCollection",
      "metadata": [
        "name": .string(name),
        "labels": [Ownership.managedByLabel: .string(Ownership.managedByValue)],
      ],
      "spec": .object(spec),
    ]
  }

  private func completed(
    _ name: String, _ client: KubernetesClient, wait: Duration
  ) async throws -> CollectionOutcome {
    let end = context.clock.now() + wait
    var seen: String?
    while true {
      try Task.checkCancellation()
      let object = try await client.get(Self.collections, name: name)
      let status = object.document["status"]
      let conditions = status?["conditions"]?.array ?? []
      func condition(_ type: String) -> JSONValue? {
        conditions.first { $0["type"]?.string == type }
      }
      if condition("Completed")?["status"]?.string == "True" {
        let failure = condition("CollectionFailure")
        return CollectionOutcome(
          name: name, desired: status?["desiredNodes"]?.integer ?? 0,
          collected: status?["collectedNodes"]?.integer ?? 0,
          failure: failure?["status"]?.string == "True"
            ? failure?["message"]?.string ?? failure?["reason"]?.string : nil)
      }
      if let started = condition("Started"), started["status"]?.string == "False" {
        seen = started["reason"]?.string
      }
      guard context.clock.now() < end else {
        throw Failure(
          .unreachable, subject: "SupportBundleCollection \(name)",
          cause: "was not completed within \(wait.components.seconds) s"
            + (seen.map { " (\($0))" } ?? (conditions.isEmpty ? ", and has no status" : "")),
          remedy: "raise --wait; antrea-controller needs a RoleBinding for the Secret")
      }
      try await context.clock.sleep(.seconds(1))
    }
  }
}
