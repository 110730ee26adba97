import Documents
import Sandbox
import Synchronization
import Testing

@Suite("Kubernetes: statistics and monitoring objects of Antrea")
struct MonitoringTests {
  private static let statistics = "/apis/stats.antrea.io/v1alpha1/antreaclusternetworkpolicystats"

  @Test("counters: zero is left out, rules appear with traffic and stay, a restart begins anew")
  func counters() async {
    let time = Mutex<Int64>(1_780_000_000)
    var options = KubernetesOptions()
    options.now = { time.withLock { $0 } }
    let cluster = TestCluster(options: options)
    _ = await cluster.apply(TestCluster.policy("p"), manager: "m")
    let fresh = await cluster.send("GET", "\(Self.statistics)/p").body
    #expect(fresh["trafficStats"] == [:] && fresh["ruleTrafficStats"] == nil)
    #expect(fresh[path: "metadata", "resourceVersion"] == nil)
    await cluster.service.addTraffic(to: "p", rule: "r1", packets: 4, bytes: 40, sessions: 0)
    let list = await cluster.send("GET", "\(Self.statistics)?limit=1").body
    #expect(list["metadata"] == [:] && list["kind"] == "AntreaClusterNetworkPolicyStatsList")
    let counted = list["items"]?.array?.first
    #expect(counted?["trafficStats"] == ["packets": 4, "bytes": 40])
    #expect(counted?["ruleTrafficStats"]?.array?.first?["name"] == "r1")
    let selected = await cluster.send("GET", "\(Self.statistics)?labelSelector=app%3Dx").body
    #expect(selected["items"] == [], "they have no labels")
    time.withLock { $0 += 100 }
    await cluster.service.restartController()
    let anew = await cluster.send("GET", "\(Self.statistics)/p").body
    #expect(anew["trafficStats"] == [:])
    #expect(
      anew[path: "metadata", "creationTimestamp"]
        != fresh[path: "metadata", "creationTimestamp"])
    _ = await cluster.send("DELETE", "\(TestCluster.policies)/p")
    #expect(await cluster.send("GET", "\(Self.statistics)/p").status == 404)
    #expect(await cluster.send("POST", Self.statistics, [:]).status == 405)
  }

  @Test("with the gate off lists are empty and objects too; a group that is missing is 404")
  func switchedOff() async {
    var options = KubernetesOptions()
    options.keepsStatistics = false
    let cluster = TestCluster(options: options)
    _ = await cluster.apply(TestCluster.policy("p"), manager: "m")
    #expect(await cluster.send("GET", Self.statistics).body["items"] == [])
    let single = await cluster.send("GET", "\(Self.statistics)/p")
    #expect(single.status == 200 && single.body[path: "metadata", "name"] == nil)
    let own = "/apis/stats.antrea.io/v1alpha1/namespaces/shop/networkpolicystats/x"
    #expect(await cluster.send("GET", own).status == 400)
    options.missingGroups = ["stats.antrea.io"]
    #expect(await TestCluster(options: options).send("GET", Self.statistics).status == 404)
  }

  @Test("each node has an agent that reports, until it is silenced, and the controller counts them")
  func agents() async {
    let time = Mutex<Int64>(1_780_000_000)
    var options = KubernetesOptions()
    options.now = { time.withLock { $0 } }
    let cluster = TestCluster(options: options)
    let path = "\(TestCluster.antrea)/antreaagentinfos"
    func beat(_ node: String) async -> String? {
      let agent = await cluster.send("GET", "\(path)/\(node)").body
      return agent["agentConditions"]?.array?.first?["lastHeartbeatTime"]?.string
    }
    let first = await beat("node-1")
    #expect(await cluster.send("GET", path).body["items"]?.array?.count == 3)
    time.withLock { $0 += 60 }
    #expect(await beat("node-1") != first)
    await cluster.service.silence("node-1")
    let last = await beat("node-1")
    time.withLock { $0 += 600 }
    #expect(await beat("node-1") == last)
    await cluster.service.setCondition(of: "node-2", "ControllerConnectionUp", "False")
    let controller = await cluster.send(
      "GET", "\(TestCluster.antrea)/antreacontrollerinfos/antrea-controller"
    ).body
    #expect(controller["connectedAgentNum"] == 1)
    await cluster.service.silence("node-1", false)
    #expect(await beat("node-1") == beat("node-3"))
  }
}
