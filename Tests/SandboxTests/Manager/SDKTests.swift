import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// The official Python SDK of NSX against the sandbox's manager.
@Suite("Manager, seen by the NSX Python SDK")
struct SDKTests {
  @Test(.timeLimit(.minutes(10)), arguments: ["basic", "session"])
  func readsEverything(_ login: String) async throws {
    guard let python = await PythonSDK.shared.python() else { return }
    let folder = try TemporaryFolder()
    let sandbox = try await Sandbox.start()
    // What the tool writes is read by the SDK.
    try sandbox.writeFiles(to: folder.url.path)
    let environment = ProcessInfo.processInfo.environment
    let context = RunContext(
      environment: ["HOME": folder.url.path, "PATH": environment["PATH"] ?? ""], now: { 0 },
      writeOutput: { _ in }, writeTalk: { print($0) })
    let reported = await Run.perform(
      configuration: folder.url.appendingPathComponent("nsx-antrea.yaml").path, flags: [:],
      context: context
    ) { try await $0.reportInventory(clusters: [], dryRun: false) }
    #expect(reported == .success)
    let authority = try folder.file("ca.pem", sandbox.certificates.authorityPEM)
    let script = try folder.file("read.py", PythonSDK.script)
    let manager = sandbox.manager
    let result = try await Subprocess.run(
      python, [script, manager.server.url, manager.user, manager.password, authority, login])
    await sandbox.stop()
    #expect(result.status == 0, "\(result.errors)")
    let answer = try JSONValue(json: result.output)
    #expect(answer["policies"]?.array?.count == 17)
    #expect(answer["rules"] == 64)
    #expect(answer["paymentRules"]?.array?.count == 8)
    #expect(answer["groups"] == 46)
    #expect(answer["services"]?.array?.contains("Syslog_(TCP)") == true)
    #expect(answer["clusters"]?.array?.count == 2)
    #expect(answer["pods"] == 60)
    for type in [
      "ContainerCluster", "ContainerClusterNode", "ContainerProject", "ContainerApplication",
      "ContainerApplicationInstance", "ContainerNetworkPolicy", "ContainerIngressPolicy",
      "ContainerGateway", "ContainerEgress", "ContainerIpPool",
    ] {
      #expect((answer[path: "inventory", type, "count"]?.integer ?? 0) > 0, "\(type)")
      #expect(answer[path: "inventory", type, "same"] == true, "\(type)")
      // No member that the model does not know, at any depth.
      #expect(answer[path: "inventory", type, "unknown"] == [], "\(type)")
    }
    #expect(answer["planes"] == ["shop-prod", "shop-stage"])
    #expect(sandbox.manager.service.sessionCount == 0)
  }
}

/// A virtual environment with the SDK, made once a test run.
actor PythonSDK {
  static let shared = PythonSDK()

  private var making: Task<String?, Never>?
  private var folder: TemporaryFolder?

  /// The interpreter; `nil`, with the reason printed, where the SDK cannot be
  /// had.
  func python() async -> String? {
    if let making { return await making.value }
    let task = Task { await self.make() }
    making = task
    return await task.value
  }

  private func make() async -> String? {
    do {
      guard let system = Subprocess.find("python3") else { return skip("no python3 on PATH") }
      let folder = try TemporaryFolder()
      self.folder = folder
      let path = folder.url.appendingPathComponent("venv").path
      let made = try await Subprocess.run(system, ["-m", "venv", path])
      guard made.status == 0 else { return skip("python3 -m venv failed: \(made.errors)") }
      let installed = try await Subprocess.run(
        "\(path)/bin/python",
        [
          "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1",
          "--timeout", "20", "vcf-nsx", "vmware-vapi-runtime",
        ])
      guard installed.status == 0 else {
        return skip("pip cannot install vcf-nsx: \(installed.errors.suffix(300))")
      }
      return "\(path)/bin/python"
    } catch {
      return skip("\(error)")
    }
  }

  private func skip(_ reason: String) -> String? {
    print("NSX Python SDK: skipped, \(reason)")
    return nil
  }

  static let script = #"""
    import json
    import sys

    import requests
    from vmware.vapi.bindings.stub import StubConfiguration
    from vmware.vapi.lib import connect
    from vmware.vapi.security.user_password import create_user_password_security_context
    from vcf.nsx.policy.api.v1.infra.domains_client import Groups, SecurityPolicies
    from vcf.nsx.policy.api.v1.infra.domains.security_policies_client import Rules
    from vcf.nsx.policy.api.v1.infra_client import Services
    from vcf.nsx.policy.api.v1.infra.sites.enforcement_points_client import ClusterControlPlanes
    from vcf.nsx.api.v1 import fabric_client
    from vcf.nsx.api.v1.fabric_client import ContainerApplicationInstances, ContainerClusters

    url, user, password, authority, mode = sys.argv[1:6]
    session = requests.Session()
    session.trust_env = False
    session.verify = authority
    if mode == "session":
        answer = session.post(
            url + "/api/session/create",
            data={"j_username": user, "j_password": password})
        answer.raise_for_status()
        session.headers["X-XSRF-TOKEN"] = answer.headers["X-XSRF-TOKEN"]
    connector = connect.get_requests_connector(session=session, msg_protocol="rest", url=url)
    if mode == "basic":
        connector.set_security_context(create_user_password_security_context(user, password))
    stubs = StubConfiguration(connector)

    def everything(read):
        items, cursor = [], None
        while True:
            page = read(cursor)
            items += page.results or []
            cursor = page.cursor
            if not cursor:
                return items

    policies = everything(
        lambda cursor: SecurityPolicies(stubs).policy_list_security_policies_for_domain(
            "default", cursor=cursor, page_size=5))
    rules = {
        policy.id: everything(lambda cursor: Rules(stubs).policy_list_security_rules(
            "default", policy.id, cursor=cursor, page_size=3))
        for policy in policies}
    whole = SecurityPolicies(stubs).policy_read_security_policy_for_domain("default", "shop-payment")
    groups = everything(lambda cursor: Groups(stubs).policy_list_group_for_domain(
        "default", cursor=cursor, page_size=7))
    services = everything(lambda cursor: Services(stubs).policy_list_services_for_tenant(
        cursor=cursor, page_size=10))
    planes = everything(
        lambda cursor: ClusterControlPlanes(stubs).policy_lm_list_cluster_control_plane(
        "default", "default", cursor=cursor))
    clusters = everything(lambda cursor: ContainerClusters(stubs).list_container_clusters(cursor=cursor))
    pods = everything(
        lambda cursor: ContainerApplicationInstances(stubs).list_container_application_instances(
            cursor=cursor, page_size=25))

    from vcf.nsx import model_client

    def unknown(value, binding, place):
        """Members of a JSON value, at any depth, that its model does not declare."""
        while hasattr(binding, "element_type") and not isinstance(value, list):
            binding = binding.element_type
        if isinstance(value, list):
            while not hasattr(binding, "element_type") or type(binding).__name__ == "OptionalType":
                binding = binding.element_type
            return [one for part in value for one in unknown(part, binding.element_type, place)]
        if type(binding).__name__ == "ReferenceType":
            binding = binding.resolved_type
        if not isinstance(value, dict):
            return []
        known = set(binding.get_field_names())
        found = [place + "." + name for name in value if name not in known]
        for name in known & set(value):
            found += unknown(value[name], binding.get_field(name), place + "." + name)
        return found

    def model(item, service, path):
        name = [name for name in dir(service) if name.startswith("list_")][0]
        items = everything(lambda cursor: getattr(service, name)(cursor=cursor, page_size=25))
        auth = None if mode == "session" else (user, password)
        raw = session.get(url + "/api/v1/fabric/" + path, auth=auth).json()["results"]
        binding = getattr(model_client, item).get_binding_type()
        return {
            "count": len(items), "same": len(items) == len(raw),
            "unknown": sorted({one for value in raw for one in unknown(value, binding, item)})}

    inventory = {
        "ContainerCluster": ("ContainerClusters", "container-clusters"),
        "ContainerClusterNode": ("ContainerClusterNodes", "container-cluster-nodes"),
        "ContainerProject": ("ContainerProjects", "container-projects"),
        "ContainerApplication": ("ContainerApplications", "container-applications"),
        "ContainerApplicationInstance": (
            "ContainerApplicationInstances", "container-application-instances"),
        "ContainerNetworkPolicy": ("ContainerNetworkPolicies", "container-network-policies"),
        "ContainerIngressPolicy": ("ContainerIngressPolicies", "container-ingress-policies"),
        "ContainerGateway": ("ContainerGateways", "container-gateways"),
        "ContainerEgress": ("ContainerEgresses", "container-egresses"),
        "ContainerIpPool": ("ContainerIpPools", "container-ip-pools")}
    inventory = {
        item: model(item, getattr(fabric_client, names[0])(stubs), names[1])
        for item, names in inventory.items()}
    if mode == "session":
        session.post(url + "/api/session/destroy").raise_for_status()
    print(json.dumps({
        "policies": [policy.id for policy in policies],
        "rules": sum(len(list) for list in rules.values()),
        "paymentRules": [[rule.id, rule.action, rule.rule_id] for rule in whole.rules],
        "groups": len(groups),
        "services": [service.id for service in services],
        "planes": [plane.id for plane in planes],
        "pods": len(pods),
        "inventory": inventory,
        "clusters": [cluster.external_id for cluster in clusters],
    }))
    """#
}
