import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient

extension ClusterExamination {
  private static func configurations(_ kind: String, _ plural: String) -> APIResource {
    APIResource(
      group: "admissionregistration.k8s.io", version: "v1", kind: kind, plural: plural,
      isNamespaced: false)
  }

  private static let validating = configurations(
    "ValidatingWebhookConfiguration", "validatingwebhookconfigurations")
  private static let mutating = configurations(
    "MutatingWebhookConfiguration", "mutatingwebhookconfigurations")
  private static let endpoints = APIResource(
    group: "", version: "v1", kind: "Endpoints", plural: "endpoints", isNamespaced: true)

  /// ``DoctorCheck/antreaWebhooks``.
  func antreaWebhooks(_ facts: Facts) async throws -> [DoctorVerdict] {
    var verdicts: [DoctorVerdict] = []
    var services: Set<[String]> = []
    var seen: Set<String> = []
    for (resource, plurals) in [
      (Self.validating, Run.antreaResources.map(\.plural)),
      (Self.mutating, ["clusternetworkpolicies"]),
    ] {
      let hooks = try await facts.client.list(resource).objects
        .flatMap { $0.document["webhooks"]?.array ?? [] }
      for plural in plurals {
        let covering = hooks.filter { Self.covers($0, plural) }
        if covering.isEmpty {
          verdicts.append(
            .failed(
              "no \(resource == Self.validating ? "validating" : "mutating") webhook covers \(plural)",
              "apply Antrea's manifest again"))
        }
        for hook in covering
        where seen.insert("\(resource.kind)/\(hook["name"]?.string ?? "")").inserted {
          verdicts += faults(of: hook, &services)
        }
      }
    }
    for service in services.sorted(by: { $0.joined() < $1.joined() }) {
      let found: KubernetesObject?
      do {
        found = try await facts.client.find(
          Self.endpoints, namespace: service[0], name: service[1])
      } catch let error as KubernetesAPIError where error.isForbidden {
        verdicts.append(
          .skipped("what stands behind \(service[0])/\(service[1]) may not be read"))
        continue
      }
      let addresses = (found?.document["subsets"]?.array ?? [])
        .flatMap { $0["addresses"]?.array ?? [] }
      if addresses.isEmpty {
        verdicts.append(
          .failed(
            "nothing stands behind the webhooks' service \(service[0])/\(service[1]), so every write is refused",
            "look at antrea-controller"))
      }
    }
    if verdicts.contains(where: { $0.state == .failed }) { return verdicts }
    let unanswered = try await webhooksAnswer()
    verdicts += unanswered
    guard verdicts.allSatisfy({ $0.state == .skipped }) else { return verdicts }
    let answer = unanswered.isEmpty ? ", and answer" : ""
    return [.ok("they cover tiers, groups and policies\(answer)")] + verdicts
  }

  /// Whether the API server reaches them: it asks them about a group that it is
  /// told not to store (`dryRun=All`).
  private func webhooksAnswer() async throws -> [DoctorVerdict] {
    let name = "nsx-antrea-doctor-\(String(run.context.random(), radix: 16))"
    guard
      let group = KubernetesObject([
        "apiVersion": .string(antreaAPIVersion), "kind": "ClusterGroup",
        "metadata": ["name": .string(name)], "spec": ["ipBlocks": [["cidr": "192.0.2.0/24"]]],
      ])
    else { return [] }
    // One answer is enough: what does not answer now is the finding.
    let client = try await run.connectCluster(cluster) {
      $0.requestTimeout = run.probeTimeout
      $0.retry.maximumAttempts = 1
      $0.retry.maximumAttemptsOnceServed = 1
    }
    do {
      _ = try await client.create(
        group, as: try Run.resource(of: "ClusterGroup"), options: WriteOptions(dryRun: true))
      return []
    } catch let error as KubernetesAPIError where !error.isTransient {
      // A right that is missing, or a policy engine that wants something more.
      return [
        .skipped(
          "whether they answer was not seen, because the group that is tried is refused: \(error.failure.cause)",
          "nsx-antrea-apply of examples/rbac.yaml has the right; nothing is stored")
      ]
    } catch let error as any FailureConvertible {
      return [
        .failed(
          "a write that they are asked about fails: \(error.failure.cause)",
          "look at antrea-controller, and whether the API server reaches its pod (a firewall between control plane and Nodes)"
        )
      ]
    }
  }

  /// Whether a webhook is Antrea's and asked about writes of a resource; others, which
  /// may be asked about everything, have their own owners.
  private static func covers(_ hook: JSONValue, _ plural: String) -> Bool {
    guard hook["name"]?.string?.hasSuffix(".antrea.io") == true else { return false }
    return (hook["rules"]?.array ?? []).contains { rule in
      func has(_ key: String, _ value: String) -> Bool {
        (rule[key]?.array ?? []).contains { $0.string == value || $0.string == "*" }
      }
      return has("apiGroups", "crd.antrea.io") && has("resources", plural)
        && has("operations", "CREATE")
    }
  }

  private func faults(of hook: JSONValue, _ services: inout Set<[String]>) -> [DoctorVerdict] {
    let name = hook["name"]?.string ?? "a webhook"
    var verdicts: [DoctorVerdict] = []
    let client = hook["clientConfig"]
    if let service = client?["service"], let namespace = service["namespace"]?.string,
      let service = service["name"]?.string
    {
      services.insert([namespace, service])
    }
    let bundle = client?["caBundle"]?.string ?? ""
    if bundle.isEmpty {
      verdicts.append(
        .failed(
          "\(name) has no CA, so the API server cannot trust it, and refuses every write",
          "restart antrea-controller, which writes it"))
    } else {
      let verdict = CertificateJudge(now: run.context.now())
        .verdict(on: ServerCertificate(base64PEM: bundle), of: "\(name)'s CA")
      if verdict.state != .ok { verdicts.append(verdict) }
    }
    if hook["failurePolicy"]?.string == "Ignore" {
      verdicts.append(
        .warning(
          "\(name) has failurePolicy Ignore: while it is down, wrong policies get in",
          "set it to Fail, as Antrea's manifest has it"))
    }
    return verdicts
  }
}
